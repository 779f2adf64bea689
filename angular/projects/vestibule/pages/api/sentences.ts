import { CsrfReason, EndReason } from '@vestibule/angular';
import type { LoginCode } from './codes';

/**
 * Sentences of a failed request, by code. The compiler checks that no code is missing. The first view loads this file,
 * so the sentences of later pages are in `account-sentences.ts` and `federated-sentences.ts`.
 */
export const SENTENCES: Readonly<Record<LoginCode, string>> = {
  invalid_request: 'The server could not read the request. Check the form and try again.',
  invalid_credentials: 'The user name or the password is wrong. Check both and try again.',
  csrf_failed: 'This page has expired. Reload it and try again.',
  too_large: 'The input is too long. Shorten it and try again.',
  too_many_attempts: 'Too many attempts.',
  internal: 'An error occurred on the server. Try again in a moment.',
  busy: 'The server is busy.',
  store_unavailable: 'The service is temporarily unavailable. Your input is not the cause.',
  timeout: 'The server took too long to answer. Try again.',
};

/** Sentences of `csrf_failed` if the page has not just expired, by the rule that refused the request. */
export const CSRF_SENTENCES: Readonly<Partial<Record<CsrfReason, string>>> = {
  origin: 'This page is open at the wrong address. Open this one instead: ',
  fetchSite: 'This page is open at the wrong address. Open this one instead: ',
  cookieMissing: 'Your browser blocks the cookies of this page. Allow them, then reload the page.',
};

/** Sentences of the sign-in page after a session has ended, by reason. */
export const END_SENTENCES: Readonly<Record<EndReason, string>> = {
  signed_out: 'You have signed out.',
  idle: 'You were signed out because of inactivity.',
  max_age: 'Your session reached its maximum length. Sign in again.',
  revoked: 'Your session was ended from another device or by an administrator.',
  password_changed: 'Your password was changed. Sign in with the new password.',
  factor_changed: 'Your second factor was changed. Sign in again.',
  user_disabled: 'Your account is disabled. Ask your administrator.',
  provider_logout: 'Your sign-in provider signed you out.',
  sign_in_expired: 'The sign-in took too long or had too many wrong codes. Start again.',
};

/** The sentence for a request without an answer from the service. */
export const UNREACHABLE =
  'The server cannot be reached. Your input is not the cause. Check your connection and try again.';
