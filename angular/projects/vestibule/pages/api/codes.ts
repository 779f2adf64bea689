import { ProblemCode } from '@vestibule/angular';

/** Codes of `/login?error=CODE`: a failed federated login, link or re-authentication. */
export type FederatedErrorCode = Extract<
  ProblemCode,
  | `provider_${string}`
  | 'access_denied'
  | 'login_cancelled'
  | 'login_expired'
  | 'signup_not_allowed'
  | 'account_disabled'
  | 'link_ambiguous'
  | 'identity_unlinked'
  | 'link_refused'
  | 'reauthentication_refused'
  | 'too_many_attempts'
>;

/** Codes of JSON responses. Two of them are codes of redirects as well. */
export type RequestErrorCode =
  Exclude<ProblemCode, FederatedErrorCode> | 'provider_unavailable' | 'too_many_attempts';
