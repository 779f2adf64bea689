import { ProblemCode } from '@vestibule/angular';

/** Codes of `/login?error=CODE`: a failed federated login, link or re-authentication. */
export type FederatedErrorCode = Extract<
  ProblemCode,
  | `provider_${string}`
  | 'access_denied'
  | 'login_expired'
  | 'signup_not_allowed'
  | 'account_disabled'
  | 'link_ambiguous'
  | 'identity_unlinked'
  | 'link_refused'
  | 'reauthentication_refused'
  | 'too_many_attempts'
>;

/** Codes that a password login or a logout can return. The first view loads the sentences of these only. */
export type LoginCode = Extract<
  ProblemCode,
  | 'invalid_request'
  | 'invalid_credentials'
  | 'csrf_failed'
  | 'too_large'
  | 'too_many_attempts'
  | 'internal'
  | 'busy'
  | 'store_unavailable'
  | 'timeout'
>;

/** Every other code: the pages after the first step return these. */
export type AccountCode = Exclude<ProblemCode, LoginCode | FederatedErrorCode>;
