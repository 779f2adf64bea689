/* Shapes of the API. A newer server may add members, but never renames them. */

/**
 * State of the session. Only `signedIn` gives access to more than the sign-in pages.
 *
 * @example
 * ```ts
 * const state: SessionState | 'unknown' = session.state();
 * ```
 */
export type SessionState =
  | 'anonymous'
  | 'awaitingSecondFactor'
  | 'awaitingEnrolment'
  | 'awaitingPasswordChange'
  | 'signedIn';

/**
 * How the user signed in.
 *
 * @example
 * ```ts
 * const LABELS: Record<SignInMethod, string> = {
 *   password: 'with a password',
 *   federated: 'through a provider',
 *   passkey: 'with a passkey',
 * };
 * ```
 */
export type SignInMethod = 'password' | 'federated' | 'passkey';

/**
 * Names of the account of a session, also before the sign-in is complete.
 *
 * @example
 * ```ts
 * const nameOf = ({ displayName, username }: SessionAccount) => displayName ?? username ?? '';
 * ```
 */
export interface SessionAccount {
  /** `null` for users created by a federated login. */
  readonly username: string | null;
  readonly displayName: string | null;
}

/**
 * Response of `GET /api/auth/session`. Without a session, all members except `state` and `serverTime` are `null`.
 *
 * @example
 * ```ts
 * const { session: view } = await firstValueFrom(
 *   http.post<{ session: SessionView }>('/api/auth/login', body),
 * );
 * session.apply(view);
 * ```
 */
export interface SessionView {
  readonly state: SessionState;
  /** Idle deadline (RFC 3339), never after `endsAt`. */
  readonly expiresAt: string | null;
  /** Absolute deadline: activity does not extend it. */
  readonly endsAt: string | null;
  readonly serverTime: string;
  readonly method: SignInMethod | null;
  readonly amr: readonly string[] | null;
  readonly provider: string | null;
  /** When the user last gave a proof: a password, a passkey, a code, or a login at a provider. */
  readonly authenticatedAt: string | null;
  /** The account, also while a sign-in awaits a later step. */
  readonly account: SessionAccount | null;
  /** Methods of the second factor, the last used one first: `passkey`, `totp`, `emailCode`, `smsCode`, `recoveryCode`. */
  readonly methods: readonly string[] | null;
}

/**
 * Response of `POST /api/auth/keep-alive`.
 *
 * @example
 * ```ts
 * const { expiresAt } = await firstValueFrom(http.post<Deadlines>('/api/auth/keep-alive', {}));
 * ```
 */
export interface Deadlines {
  readonly expiresAt: string;
  readonly endsAt: string;
  readonly serverTime: string;
}

/**
 * Identity of a provider that is linked to the account.
 *
 * @example
 * ```ts
 * const labels = user.identities.map((identity: LinkedIdentity) => identity.label);
 * ```
 */
export interface LinkedIdentity {
  readonly provider: string;
  readonly label: string;
  readonly email: string | null;
  readonly linkedAt: string;
  readonly lastLoginAt: string | null;
}

/**
 * Types of your application, by declaration merging: `role` for the names of the roles, and `user` for members that your
 * service adds to the user.
 *
 * @example
 * ```ts
 * declare module '@vestibule/angular' {
 *   interface VestibuleTypes {
 *     role: 'admin' | 'editor';
 *     user: { readonly tenant: string };
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the application adds the members
export interface VestibuleTypes {}

/**
 * Name of a role: any text, unless `VestibuleTypes` has a member `role`.
 *
 * @example
 * ```ts
 * const needed: Role[] = ['admin', 'editor'];
 * ```
 */
export type Role = VestibuleTypes extends { role: infer R extends string } ? R : string;

type MoreOfUser = VestibuleTypes extends { user: infer U extends object } ? U : object;

/**
 * Which source wrote each profile field: `local` for the user or an administrator, `provider:NAME` for a provider, by its
 * name. `null`: the field has no value.
 *
 * @example
 * ```ts
 * const providerOf = (source: string | null) => source?.match(/^provider:(.+)$/)?.[1] ?? null;
 * const name = providerOf(user.fieldSources.displayName);
 * ```
 */
export interface FieldSources {
  readonly displayName: string | null;
  readonly email: string | null;
  readonly picture: string | null;
  readonly locale: string | null;
}

/**
 * Response of `GET /api/auth/me`.
 *
 * @example
 * ```ts
 * const name = computed(() => nameOf(session.user()));
 *
 * function nameOf(user: User | null): string {
 *   return user?.displayName ?? user?.username ?? '';
 * }
 * ```
 */
export type User = MoreOfUser & {
  readonly id: string;
  /** `null` for users created by a federated login: no claim becomes a user name. */
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** The new address that the user has not confirmed yet. */
  readonly pendingEmail: string | null;
  readonly displayName: string | null;
  readonly picture: string | null;
  readonly locale: string | null;
  /** Which source wrote name, address, picture and language. */
  readonly fieldSources: FieldSources;
  readonly roles: readonly string[];
  readonly mfaEnabled: boolean;
  readonly mustChangePassword: boolean;
  readonly authProvider: string;
  readonly identities: readonly LinkedIdentity[];
  readonly lastLoginAt: string | null;
  /** When the account is deleted; `null` unless the user has requested it. */
  readonly deletionAt: string | null;
  /** Whether users may delete their accounts. */
  readonly canDelete: boolean;
  readonly session: SessionView;
};

/**
 * Reasons with which the server reports the end of a session (401 `session_ended`).
 *
 * @example
 * ```ts
 * const missing = SESSION_END_REASONS.filter((reason) => !(reason in MESSAGES));
 * ```
 */
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

/**
 * Why a session ended. `sign_in_expired`: the second step of the sign-in took too long or had too many failed attempts.
 *
 * @example
 * ```ts
 * const MESSAGES: Partial<Record<EndReason, string>> = { idle: 'You were signed out after inactivity.' };
 * ```
 */
export type EndReason = (typeof SESSION_END_REASONS)[number] | 'sign_in_expired';

/**
 * Whether the value is an `EndReason`. Use it for query parameters, which may contain any text.
 *
 * @example
 * ```ts
 * const reason = route.snapshot.queryParamMap.get('reason');
 * const message = isEndReason(reason) ? MESSAGES[reason] : null;
 * ```
 */
export function isEndReason(value: unknown): value is EndReason {
  return value === 'sign_in_expired' || (SESSION_END_REASONS as readonly unknown[]).includes(value);
}
