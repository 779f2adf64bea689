import { inject } from '@angular/core';
import { CanMatchFn, Router, Routes } from '@angular/router';
import { enrolmentGuard, guestGuard, secondFactorGuard, signedInGuard } from '@vestibule/angular';
import { pageComponents } from './page-components';
import { PageTitle, pageTitle } from './text/page-title';
import { signInTextGuard, textGuard } from './text/text-loader';

const LATER_PAGES = [
  'link',
  'reauthenticate',
  'signed-in',
  'change-password',
  'forgot-password',
  'reset-password',
  'confirm-email',
  'cancel-email',
  'not-me',
] as const;

/** The federated error page is a route of its own: the first view of `/login` does not load it. */
const hasLoginError: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('error') ?? false;

/** A federated login that another page started, and that the user must confirm. */
const mustConfirmLogin: CanMatchFn = () =>
  inject(Router).currentNavigation()?.extractedUrl.queryParamMap.has('provider') ?? false;

/**
 * Returns the routes of the sign-in pages. The code of each page is loaded when the page opens.
 *
 * @example
 * ```ts
 * export const routes: Routes = [...vestibulePages(), { path: '', loadComponent: () => import('./home') }];
 * ```
 */
export function vestibulePages(): Routes {
  return [
    {
      path: 'login',
      title: pageTitle((text) => text('federated.refusedTitle')),
      canMatch: [hasLoginError],
      canActivate: [textGuard, guestGuard],
      loadComponent: pageComponents.federatedError,
    },
    {
      path: 'login',
      title: pageTitle((text) => text('federated.confirmTitle')),
      canMatch: [mustConfirmLogin],
      canActivate: [textGuard, guestGuard],
      loadComponent: pageComponents.confirmLogin,
    },
    {
      path: 'login',
      title: pageTitle((text) => text('signIn.title')),
      canActivate: [signInTextGuard, guestGuard],
      loadComponent: pageComponents.signIn,
    },
    {
      path: 'second-factor',
      title: pageTitle((text) => text('secondFactor.title')),
      canActivate: [textGuard, secondFactorGuard],
      loadComponent: pageComponents.secondFactor,
    },
    {
      path: 'mfa-setup',
      title: pageTitle((text) => text('enrol.title')),
      canActivate: [textGuard, enrolmentGuard],
      loadComponent: pageComponents.enrolment,
    },
    ...LATER_PAGES.map(laterPage),
  ];
}

/** Returns the route of a page. Its title and guards are loaded with its code, so that the first view stays small. */
function laterPage(path: (typeof LATER_PAGES)[number]): Routes[number] {
  return {
    path,
    loadChildren: async () => (await import('./login/later-pages')).laterPages[path],
  };
}

/**
 * Returns the route of the account page, for signed-in users. Its sections are at `?section=`: `security`, `sessions`,
 * `activity` and `data`; without it, the profile is shown.
 *
 * @example
 * ```ts
 * export const routes: Routes = [...vestibulePages(), accountPage('account')];
 * ```
 */
export function accountPage(path = 'account'): Routes[number] {
  return {
    path,
    pathMatch: 'full',
    // A section without a text of its own has the title of the page: a user can write any name there.
    title: ({ queryParamMap }) =>
      inject(PageTitle).of(
        (text) =>
          text(`account.section.${queryParamMap.get('section')}` as 'account.title') ||
          text('account.title'),
      ),
    // The title follows the section.
    runGuardsAndResolvers: 'paramsOrQueryParamsChange',
    canActivate: [textGuard, signedInGuard],
    loadComponent: pageComponents.account,
  };
}
