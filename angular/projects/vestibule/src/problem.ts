import { HttpErrorResponse } from '@angular/common/http';
import { EndReason } from './api-types';

/** Every published code a problem can carry. */
export const PROBLEM_CODES = [
  'invalid_request',
  'code_invalid',
  'password_rejected',
  'password_wrong',
  'token_invalid',
  'not_signed_in',
  'invalid_credentials',
  'second_factor_required',
  'enrolment_required',
  'session_ended',
  'csrf_failed',
  'forbidden',
  'reauthentication_required',
  'not_found',
  'no_pending_link',
  'method_not_allowed',
  'handle_taken',
  'identity_in_use',
  'link_account_mismatch',
  'last_way_in',
  'factor_required',
  'no_pending_enrolment',
  'revision_stale',
  'too_large',
  'unsupported_media_type',
  'too_many_attempts',
  'internal',
  'busy',
  'store_unavailable',
  'timeout',
  'provider_unknown',
  'provider_unavailable',
  'provider_error',
  'provider_response_invalid',
  'access_denied',
  'login_expired',
  'signup_not_allowed',
  'account_disabled',
  'link_ambiguous',
  'identity_unlinked',
  'link_refused',
  'reauthentication_refused',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** An RFC 9457 problem of the API. `code` is text, as a newer server may know more of them. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly field: string; readonly code: string }[];
  /** Seconds until another try makes sense (429, 503). */
  readonly retryAfter?: number;
  /** With `session_ended`. */
  readonly reason?: EndReason;
  /** With `reauthentication_required`: `totp`, `password`, `provider:NAME`; a newer server may know more. */
  readonly methods?: readonly string[];
}

/** The problem inside a failed request, or `null` where the server did not speak: offline, or a proxy's own page. */
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

/** Did nobody answer for the service (offline, gateway, overload)? Says nothing about who is signed in. */
export function isOutage(error: unknown): boolean {
  return error instanceof HttpErrorResponse && (error.status === 0 || error.status >= 500);
}
