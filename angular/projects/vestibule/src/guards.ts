import { inject } from '@angular/core';
import { CanActivateFn } from '@angular/router';
import { AuthPages } from './auth-pages';
import { returnPath } from './return-path';
import { Session } from './session';

/** Signed-in people only; others go to the step they are at, and come back afterwards. */
export const signedInGuard: CanActivateFn = async (_route, state) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return session.signedIn() || pages.pageFor(session, state.url);
};

/**
 * The sign-in page: who is signed in goes on to where they wanted, unless the federated door has sent them here
 * with a refusal (`?error=`) that they must hear of.
 */
export const guestGuard: CanActivateFn = async (route) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return !session.signedIn() || route.queryParamMap.has('error') || pages.returnTarget(route);
};

/** The page of the second factor: only between the password and the code. */
export const secondFactorGuard: CanActivateFn = async (route) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  if (session.state() === 'awaitingSecondFactor') return true;
  return session.signedIn()
    ? pages.returnTarget(route)
    : pages.pageFor(session, returnPath(route.queryParamMap.get('returnTo')));
};

/** The page that sets up a factor: for signed-in people, and for those who must have one first. */
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

/** The page of the pending link: for visitors and for signed-in people, but for nobody halfway in. */
export const linkGuard: CanActivateFn = async (_route, state) => {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return session.signedIn() || !session.hasSession() || pages.pageFor(session, state.url);
};

/** Signed-in people with this role. The server checks it again: this only spares a page that would stay empty. */
export function roleGuard(role: string): CanActivateFn {
  return async (_route, state) => {
    const pages = inject(AuthPages);
    const session = inject(Session);
    await session.whenUserLoaded();
    if (!session.signedIn()) return pages.pageFor(session, state.url);
    return session.hasRole(role) || pages.forbiddenPage();
  };
}
