import { ProblemCode } from 'vestibule';

/** Codes that only users who are signed in, or nearly so, meet. The first view does not load their sentences. */
export type AccountCode = Extract<
  ProblemCode,
  | `password_${string}`
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'token_invalid'
  | 'reauthentication_required'
  | 'no_pending_link'
  | 'identity_in_use'
  | 'link_account_mismatch'
  | 'last_way_in'
  | 'factor_required'
  | 'no_pending_enrolment'
  | 'handle_taken'
  | 'revision_stale'
>;

/** Codes of a failed federated login, as the server puts them into `/login?error=CODE`. */
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
>;

/** Every other code: any request can fail with one of these. */
export type GeneralCode = Exclude<ProblemCode, AccountCode | FederatedErrorCode>;
