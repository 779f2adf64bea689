import { inject } from '@angular/core';
import { CanActivateFn } from '@angular/router';
import { AuthPages } from './auth-pages';
import { returnPath } from './return-path';
import { Session } from './session';

/**
 * Allows signed-in users. Other users are redirected to the sign-in step that is missing, and return afterwards.
 *
 * @example
 * ```ts
 * { path: 'reports', canActivate: [signedInGuard], loadComponent: () => import('./reports') }
 * ```
 */
export const signedInGuard: CanActivateFn = async (_route, state) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return session.signedIn() || pages.pageFor(session, state.url);
};

/**
 * Allows users without a session, for the sign-in page. Signed-in users are redirected to `returnTo`, unless the page
 * must show an error (`?error=`) of a federated login, or ask whether to start one (`?provider=`).
 *
 * @example
 * ```ts
 * { path: 'login', canActivate: [guestGuard], loadComponent: () => import('./login') }
 * ```
 */
export const guestGuard: CanActivateFn = async (route) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  const query = route.queryParamMap;
  return (
    !session.signedIn() || query.has('error') || query.has('provider') || pages.returnTarget(route)
  );
};

/**
 * Allows users whose sign-in awaits the second factor.
 *
 * @example
 * ```ts
 * { path: 'second-factor', canActivate: [secondFactorGuard], loadComponent: () => import('./second-factor') }
 * ```
 */
export const secondFactorGuard: CanActivateFn = async (route) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  if (session.state() === 'awaitingSecondFactor') return true;
  return session.signedIn()
    ? pages.returnTarget(route)
    : pages.pageFor(session, returnPath(route.queryParamMap.get('returnTo')));
};

/**
 * Allows signed-in users, and users who must enrol a second factor before they are signed in.
 *
 * @example
 * ```ts
 * { path: 'mfa-setup', canActivate: [enrolmentGuard], loadComponent: () => import('./mfa-setup') }
 * ```
 */
export const enrolmentGuard: CanActivateFn = async (_route, state) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return (
    session.signedIn() ||
    session.state() === 'awaitingEnrolment' ||
    pages.pageFor(session, state.url)
  );
};

/**
 * Allows signed-in users and users without a session, for the page that confirms an account link. Users whose sign-in
 * awaits a second step are redirected to it.
 *
 * @example
 * ```ts
 * { path: 'link', canActivate: [linkGuard], loadComponent: () => import('./link') }
 * ```
 */
export const linkGuard: CanActivateFn = async (_route, state) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return session.signedIn() || !session.hasSession() || pages.pageFor(session, state.url);
};

/**
 * Returns a guard that allows signed-in users with the role. It only improves navigation: the server must check the
 * role too.
 *
 * @example
 * ```ts
 * { path: 'admin', canActivate: [roleGuard('admin')], loadComponent: () => import('./admin') }
 * ```
 */
export function roleGuard(role: string): CanActivateFn {
  return async (_route, state) => {
    const pages = inject(AuthPages);
    const session = inject(Session);
    await session.whenUserLoaded();
    if (!session.signedIn()) return pages.pageFor(session, state.url);
    return session.hasRole(role) || pages.forbiddenPage();
  };
}
