import { GuardResult } from '@angular/router';
import { Role, User } from './api-types';
import { Session } from './session';

/**
 * Time span: a number and a unit, for example `30s`, `10m`, `12h` or `1d`.
 *
 * @example
 * ```ts
 * const maxAge: Duration = '10m';
 * ```
 */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * What a page or a part of a page requires of the signed-in user, for `signedIn` and `*vestibuleIf`. It only improves
 * the display: the server must check the same.
 *
 * @example
 * ```ts
 * const condition: SignedInCondition = { role: ['editor', 'admin'], amr: 'mfa', authenticatedWithin: '10m' };
 * ```
 */
export interface SignedInCondition {
  /** The user has the role, or one of the roles. */
  readonly role?: Role | readonly Role[];
  /** The user signed in with the method (RFC 8176), or one of the methods. `mfa`: with a second factor. */
  readonly amr?: string | readonly string[];
  /** The user proved the identity within this time, at sign-in or afterwards. */
  readonly authenticatedWithin?: Duration;
  /** Any other condition. A guard follows a redirect; the directive shows its content for `true` only. */
  readonly when?: (user: User) => GuardResult | Promise<GuardResult>;
}

/** What is missing. A user can add a factor (`amr`) and sign in again (`age`), and cannot change the roles. */
export type Unmet = 'role' | 'amr' | 'age';

/** Returns what the signed-in user does not meet. Reads signals. `when` is not part of it. */
export function unmetOf(
  { role, amr, authenticatedWithin }: SignedInCondition,
  session: Session,
): Unmet | null {
  if (role !== undefined && !session.hasRole(...listOf(role))) return 'role';
  if (amr !== undefined && !listOf(amr).some((method) => hasMethod(session.amr(), method))) {
    return 'amr';
  }
  if (authenticatedWithin === undefined) return null;
  return session.authenticatedWithin(authenticatedWithin) ? null : 'age';
}

/** Returns the milliseconds of a duration. */
export function milliseconds(duration: Duration): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const factor = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''];
  if (factor === undefined) {
    // The bundle of a production build has no explanations: a mistake in the routes shows at the start.
    const explains = typeof ngDevMode === 'undefined' || ngDevMode;
    throw new Error(
      explains
        ? `"${duration}" is not a duration; write for example 30s, 10m, 12h or 1d`
        : `duration "${duration}"`,
    );
  }
  return Number(number) * factor;
}

/**
 * What fulfils `mfa`. The service reports `otp` for an authenticator app, `hwk` or `swk` for a passkey, and `mfa` for the factors of a
 * provider that it trusts.
 */
const MFA = /^(mfa|otp|hwk|swk)$/;

function hasMethod(amr: readonly string[], method: string): boolean {
  return amr.some((each) => each === method || (method === 'mfa' && MFA.test(each)));
}

function listOf<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value;
}
