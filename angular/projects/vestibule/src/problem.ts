import { HttpErrorResponse } from '@angular/common/http';
import { EndReason } from './api-types';

/**
 * All published error codes: of JSON responses, and of redirects to the sign-in page (`?error=`). A test compares them
 * with the codes of the server.
 *
 * @example
 * ```ts
 * const MESSAGES = { busy: 'Try again later.' } satisfies Partial<Record<ProblemCode, string>>;
 * const missing = PROBLEM_CODES.filter((code) => !(code in MESSAGES));
 * ```
 */
export const PROBLEM_CODES = [
  'invalid_request',
  'code_invalid',
  'passkey_invalid',
  'ceremony_over',
  'passkey_not_allowed',
  'password_rejected',
  'password_wrong',
  'token_invalid',
  'not_signed_in',
  'invalid_credentials',
  'passkey_refused',
  'passkey_unknown',
  'second_factor_required',
  'enrolment_required',
  'password_change_required',
  'session_ended',
  'csrf_failed',
  'forbidden',
  'reauthentication_required',
  'not_found',
  'no_pending_link',
  'method_not_allowed',
  'handle_taken',
  'identity_in_use',
  'passkey_registered',
  'link_account_mismatch',
  'last_administrator',
  'last_way_in',
  'factor_required',
  'too_many_factors',
  'merge_refused',
  'undo_refused',
  'no_pending_enrolment',
  'already_signed_in',
  'revision_stale',
  'too_large',
  'unsupported_media_type',
  'too_many_attempts',
  'internal',
  'busy',
  'message_not_sent',
  'store_unavailable',
  'timeout',
  'provider_unknown',
  'provider_unavailable',
  'provider_error',
  'provider_response_invalid',
  'access_denied',
  'login_cancelled',
  'login_expired',
  'signup_not_allowed',
  'account_disabled',
  'link_ambiguous',
  'identity_unlinked',
  'link_refused',
  'reauthentication_refused',
] as const;

/**
 * One of the published error codes.
 *
 * @example
 * ```ts
 * const messages: Record<ProblemCode, string> = loadMessages();
 * ```
 */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * The rule that refused a request with `csrf_failed`: the page has another origin than the public URL (`origin`,
 * `fetchSite`), the header has no token (`tokenMissing`), the browser sent no cookie (`cookieMissing`), or the token is
 * not the one of the session (`tokenInvalid`).
 *
 * @example
 * ```ts
 * const { reason, expected } = problem;
 * if (reason === 'origin') showMessage(`Open ${expected} instead.`);
 * ```
 */
export type CsrfReason = 'origin' | 'fetchSite' | 'tokenMissing' | 'cookieMissing' | 'tokenInvalid';

/**
 * Error response of the API (RFC 9457). `code` is a string, because a newer server may send other codes.
 *
 * @example
 * ```ts
 * function messageFor(problem: Problem): string {
 *   return problem.retryAfter ? `Try again in ${problem.retryAfter} s.` : problem.detail;
 * }
 * ```
 */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly field: string; readonly code: string }[];
  /** Seconds until a new attempt can succeed (429, 503). */
  readonly retryAfter?: number;
  /** Wrong codes that are still possible before the sign-in ends, with `code_invalid`: only if at most two are left. */
  readonly attemptsLeft?: number;
  /**
   * By how many seconds the clock of the authenticator app is ahead of the server's, with `code_invalid`: only while an
   * app is set up. A negative number means that it is behind.
   */
  readonly clockSkewSeconds?: number;
  /** Why the session ended, with `session_ended`. The rule that refused the request, with `csrf_failed`. */
  readonly reason?: EndReason | CsrfReason;
  /** Origin of the public URL, with `csrf_failed`. */
  readonly expected?: string;
  /** With `reauthentication_required`: `passkey`, `totp`, `password` or `provider:NAME`. A newer server may send others. */
  readonly methods?: readonly string[];
  /** Greatest age of the last proof in seconds, with `reauthentication_required`. */
  readonly maxAge?: number;
}

/**
 * Returns the problem of a failed request, or `null` if the error is not from the API, for example when the browser is
 * offline or a proxy responded.
 *
 * @example
 * ```ts
 * try {
 *   await firstValueFrom(http.post('/api/auth/login', body));
 * } catch (error) {
 *   if (problemOf(error)?.code === 'invalid_credentials') showWrongPassword();
 * }
 * ```
 */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof HttpErrorResponse)) return null;
  const body = error.error as Partial<Problem> | null;
  if (typeof body !== 'object' || typeof body?.code !== 'string') return null;
  const seconds = Number(body.retryAfter ?? error.headers.get('Retry-After') ?? Number.NaN);
  return {
    ...body,
    code: body.code,
    status: error.status,
    title: body.title ?? '',
    detail: body.detail ?? '',
    retryAfter: Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined,
  };
}

/** Returns why the session ended, from the 401 of a request. */
export function endReasonOf(error: unknown): EndReason | undefined {
  const problem = problemOf(error);
  return problem?.code === 'session_ended' ? (problem.reason as EndReason) : undefined;
}

/**
 * Whether a request failed because the service was not available: offline, gateway error or overload. Such an error
 * says nothing about the session.
 *
 * @example
 * ```ts
 * session.extend().catch((error: unknown) => isOutage(error) && showOfflineMessage());
 * ```
 */
export function isOutage(error: unknown): boolean {
  return error instanceof HttpErrorResponse && (error.status === 0 || error.status >= 500);
}
