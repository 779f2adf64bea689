import { inject } from '@angular/core';
import { CanActivateFn } from '@angular/router';
import { Places } from './places';
import { returnPath } from './return-path';
import { Session } from './session';

/** Signed-in people only; others go to the step they are at, and come back afterwards. */
export const signedInGuard: CanActivateFn = async (_route, state) => {
  const places = inject(Places);
  const session = inject(Session);
  await session.known();
  return session.signedIn() || places.stepFor(session, state.url);
};

/**
 * The sign-in page: who is signed in goes on to where they wanted, unless the federated door has sent them here
 * with a refusal (`?error=`) that they must hear of.
 */
export const guestGuard: CanActivateFn = async (route) => {
  const places = inject(Places);
  const session = inject(Session);
  await session.known();
  return !session.signedIn() || route.queryParamMap.has('error') || places.wanted(route);
};

/** The page of the second factor: only between the password and the code. */
export const secondFactorGuard: CanActivateFn = async (route) => {
  const places = inject(Places);
  const session = inject(Session);
  await session.known();
  if (session.state() === 'awaitingSecondFactor') return true;
  return session.signedIn()
    ? places.wanted(route)
    : places.stepFor(session, returnPath(route.queryParamMap.get('returnTo')));
};

/** The page that sets up a factor: for signed-in people, and for those who must have one first. */
export const enrolmentGuard: CanActivateFn = async (_route, state) => {
  const places = inject(Places);
  const session = inject(Session);
  await session.known();
  return (
    session.signedIn() ||
    session.state() === 'awaitingEnrolment' ||
    places.stepFor(session, state.url)
  );
};

/** The page of the pending link: for visitors and for signed-in people, but for nobody halfway in. */
export const linkGuard: CanActivateFn = async (_route, state) => {
  const places = inject(Places);
  const session = inject(Session);
  await session.known();
  return session.signedIn() || !session.present() || places.stepFor(session, state.url);
};

/** Signed-in people with this role. The server checks it again: this only spares a page that would stay empty. */
export function roleGuard(role: string): CanActivateFn {
  return async (_route, state) => {
    const places = inject(Places);
    const session = inject(Session);
    await session.whoever();
    if (!session.signedIn()) return places.stepFor(session, state.url);
    return session.hasRole(role) || places.forbidden();
  };
}
