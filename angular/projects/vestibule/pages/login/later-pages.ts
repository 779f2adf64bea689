/* Pages that few sign-ins need, in one chunk: each further chunk adds its name to the first view. */
import { Type } from '@angular/core';
import { CanActivateFn, Route, Routes } from '@angular/router';
import { linkGuard, passwordChangeGuard, signedInGuard } from '@vestibule/angular';
import { pageComponents } from '../page-components';
import { pageTitle } from '../text/page-title';
import { textGuard } from '../text/text-loader';
import type { Message } from '../text/texts';
import { CancelEmail } from './mail-links/cancel-email';
import { ConfirmEmail } from './mail-links/confirm-email';
import { linkTokenGuard } from './mail-links/link-token-guard';
import { NotMe } from './mail-links/not-me';
import { ChangePassword } from './password/change-password';
import { ForgotPassword } from './password/forgot-password';
import { ResetPassword } from './password/reset-password';

export { CancelEmail, ChangePassword, ConfirmEmail, ForgotPassword, NotMe, ResetPassword };

/** The routes of the pages, by path. */
export const laterPages = {
  link: page((text) => text('link.title'), pageComponents.link, textGuard, linkGuard),
  reauthenticate: page(
    (text) => text('reauthenticate.title'),
    pageComponents.reauthenticate,
    textGuard,
    signedInGuard,
  ),
  'signed-in': page(
    (text) => text('signedIn.title'),
    pageComponents.signedIn,
    textGuard,
    signedInGuard,
  ),
  'change-password': page(
    (text) => text('changePassword.title'),
    () => ChangePassword,
    textGuard,
    passwordChangeGuard,
  ),
  'forgot-password': page(
    (text) => text('forgot.title'),
    () => ForgotPassword,
    textGuard,
  ),
  'reset-password': mailLink(
    (text) => text('reset.title'),
    () => ResetPassword,
  ),
  'confirm-email': mailLink(
    (text) => text('confirmEmail.title'),
    () => ConfirmEmail,
  ),
  'cancel-email': mailLink(
    (text) => text('cancelEmail.title'),
    () => CancelEmail,
  ),
  'not-me': mailLink(
    (text) => text('notMe.title'),
    () => NotMe,
  ),
};

function page(
  title: Message,
  loadComponent: NonNullable<Route['loadComponent']>,
  ...canActivate: CanActivateFn[]
): Routes {
  return [{ path: '', pathMatch: 'full', title: pageTitle(title), canActivate, loadComponent }];
}

/** Returns the route of a page that a link in a message opens: the link has its token in the fragment. */
function mailLink(title: Message, load: () => Type<unknown>): Routes {
  // A second link on the same page changes the fragment only.
  return page(title, load, linkTokenGuard, textGuard).map((route) => ({
    ...route,
    runGuardsAndResolvers: 'always',
  }));
}
