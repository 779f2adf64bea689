/** What the server says, in its own words. Members may be added by a newer server, never renamed. */

/** Where this browser stands. `signedIn` is the only one that reaches anything but the sign-in pages. */
export type SessionState = 'anonymous' | 'awaitingSecondFactor' | 'awaitingEnrolment' | 'signedIn';

/** How the person came in. */
export type SignInMethod = 'password' | 'federated' | 'passkey';

/** `GET /api/auth/session`; everything but `state` and `serverTime` is `null` for a visitor. */
export interface SessionView {
  readonly state: SessionState;
  /** Idle deadline (RFC 3339), never after `endsAt`. */
  readonly expiresAt: string | null;
  /** Absolute deadline: no activity moves it. */
  readonly endsAt: string | null;
  readonly serverTime: string;
  readonly method: SignInMethod | null;
  readonly amr: readonly string[] | null;
  readonly provider: string | null;
}

/** `POST /api/auth/keep-alive` */
export interface Deadlines {
  readonly expiresAt: string;
  readonly endsAt: string;
  readonly serverTime: string;
}

export interface LinkedIdentity {
  readonly provider: string;
  readonly label: string;
  readonly email: string | null;
  readonly linkedAt: string;
  readonly lastLoginAt: string | null;
}

/** `GET /api/auth/me` */
export interface User {
  readonly id: string;
  /** `null` for people a provider brought: a user name is never taken from a claim. */
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string | null;
  readonly picture: string | null;
  readonly locale: string | null;
  readonly roles: readonly string[];
  readonly mfaEnabled: boolean;
  readonly mustChangePassword: boolean;
  readonly authProvider: string;
  readonly identities: readonly LinkedIdentity[];
  readonly lastLoginAt: string | null;
  readonly session: SessionView;
}

/** Why the server says a session is over, in a 401 `session_ended`. */
export const SESSION_END_REASONS = [
  'signed_out',
  'idle',
  'max_age',
  'revoked',
  'password_changed',
  'factor_changed',
  'user_disabled',
  'provider_logout',
] as const;

/** Why this browser is at the sign-in page; `sign_in_expired`: the second step took too long or too many tries. */
export type EndReason = (typeof SESSION_END_REASONS)[number] | 'sign_in_expired';

/** Is it one of the reasons an end is told with? A query parameter can be anything. */
export function isEndReason(value: unknown): value is EndReason {
  return value === 'sign_in_expired' || (SESSION_END_REASONS as readonly unknown[]).includes(value);
}
