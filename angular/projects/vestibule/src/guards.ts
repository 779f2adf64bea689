import { inject } from '@angular/core';
import { CanActivateFn, GuardResult } from '@angular/router';
import { Role, SessionState } from './api-types';
import { AuthPages } from './auth-pages';
import { SignedInCondition, milliseconds } from './condition';
import { GuardedRoute, GuardedTarget } from './guarded-pages';
import { ProblemCode } from './problem';
import { Session } from './session';
import { SessionEvents } from './session-events';
import { SignedInCheck } from './signed-in-check';

/**
 * A guard for `canActivate`, `canActivateChild` and `canMatch`.
 *
 * @example
 * ```ts
 * const admins: SignedInGuard = signedIn({ role: 'admin' });
 * ```
 */
export type SignedInGuard = (route: GuardedRoute, target: GuardedTarget) => Promise<GuardResult>;

/**
 * Returns a guard for `canActivate`, `canActivateChild` and `canMatch` that allows signed-in users who meet the condition.
 * It only improves navigation: the server must check the same.
 *
 * - Users without a session are redirected to the sign-in step that is missing, and return afterwards.
 * - Users without the role, or for whom `when` is `false`, are redirected to `forbiddenPath`. As `canMatch` the guard
 *   then lets the router try the next route.
 * - Users without the second factor, or without a recent sign-in, are asked for it.
 *
 * @example
 * ```ts
 * {
 *   path: 'payments',
 *   canActivate: [signedIn({ role: ['accountant', 'admin'], amr: 'mfa', authenticatedWithin: '10m' })],
 *   loadComponent: () => import('./payments'),
 * }
 * ```
 */
export function signedIn(condition: SignedInCondition = {}): SignedInGuard {
  // A mistake in the routes must show at the start, not at the first navigation.
  if (condition.authenticatedWithin) milliseconds(condition.authenticatedWithin);
  return (route, target) => inject(SignedInCheck).run(condition, route, target);
}

/**
 * Allows signed-in users: short for `signedIn()`.
 *
 * @example
 * ```ts
 * { path: 'reports', canActivate: [signedInGuard], loadComponent: () => import('./reports') }
 * ```
 */
export const signedInGuard: SignedInGuard = (route, target) =>
  inject(SignedInCheck).run({}, route, target);

/**
 * Returns a guard that allows signed-in users with one of the roles: short for `signedIn({ role: roles })`.
 *
 * @example
 * ```ts
 * { path: 'admin', canActivate: [roleGuard('admin')], loadComponent: () => import('./admin') }
 * ```
 */
export function roleGuard(...roles: Role[]): SignedInGuard {
  return signedIn({ role: roles });
}

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
  const events = inject(SessionEvents);
  await session.whenReady();
  const query = route.queryParamMap;
  // The service has redirected a refused federated login here.
  if (query.has('error'))
    events.emit({ type: 'signInFailed', code: await knownCode(query.get('error')) });
  return (
    !session.signedIn() ||
    query.has('error') ||
    query.has('provider') ||
    pages.redirectToTarget(query.get('returnTo'))
  );
};

/** An attacker can write any text into a link. */
async function knownCode(code: string | null): Promise<ProblemCode | null> {
  try {
    const { REDIRECT_CODES } = await import('./redirect-codes');
    return REDIRECT_CODES.find((known) => known === code) ?? null;
  } catch {
    // The page shows the error also without the event's code.
    return null;
  }
}

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
  const returnTo = route.queryParamMap.get('returnTo');
  if (session.state() === 'awaitingSecondFactor') return true;
  return session.signedIn()
    ? pages.redirectToTarget(returnTo)
    : pages.redirectToStep(session, pages.read(returnTo));
};

/**
 * Allows signed-in users, and users who must enrol a second factor before they are signed in.
 *
 * @example
 * ```ts
 * { path: 'mfa-setup', canActivate: [enrolmentGuard], loadComponent: () => import('./mfa-setup') }
 * ```
 */
export const enrolmentGuard: CanActivateFn = (_route, { url }) =>
  signedInOr('awaitingEnrolment', url);

/**
 * Allows signed-in users, and users who must change the password before they are signed in.
 *
 * @example
 * ```ts
 * {
 *   path: 'change-password',
 *   canActivate: [passwordChangeGuard],
 *   loadComponent: () => import('./change-password'),
 * }
 * ```
 */
export const passwordChangeGuard: CanActivateFn = (_route, { url }) =>
  signedInOr('awaitingPasswordChange', url);

async function signedInOr(step: SessionState, url: string): Promise<GuardResult> {
  const pages = inject(AuthPages);
  const session = inject(Session);
  await session.whenReady();
  return (
    session.signedIn() ||
    session.state() === step ||
    pages.redirectToStep(session, pages.targetOf(url))
  );
}

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
  return (
    session.signedIn() ||
    !session.hasSession() ||
    pages.redirectToStep(session, pages.targetOf(state.url))
  );
};
