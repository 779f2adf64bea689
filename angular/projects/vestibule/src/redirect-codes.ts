import type { ProblemCode } from './problem';

/**
 * The codes of redirects to the sign-in page (`?error=`). A test compares them with those of the server. They are loaded on first
 * use: the first view of the sign-in page needs none of them.
 */
export const REDIRECT_CODES = [
  'too_many_attempts',
  'provider_unavailable',
  'provider_unknown',
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
] as const satisfies readonly ProblemCode[];
