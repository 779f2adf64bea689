import { EndReason } from 'vestibule';
import type { GeneralCode } from './codes';

/**
 * What people read for each published code of a failed request. The compiler asks for every one of them. Those of
 * refused sign-ins, which come in an address, are in `refusals.ts`, those of people who are in in
 * `account-sentences.ts`: the first view need not load them.
 */
export const SENTENCES: Readonly<Record<GeneralCode, string>> = {
  invalid_request: 'Something in the form could not be understood. Check it and try again.',
  code_invalid: 'This code is not right, or was used already. Wait for the next one and enter it.',
  not_signed_in: 'You are not signed in. Sign in first.',
  invalid_credentials: 'The user name or the password is not right. Check both and try again.',
  second_factor_required: 'Finish the second step of the sign-in first.',
  enrolment_required: 'Set up an authenticator app first.',
  session_ended: 'Your session has ended. Sign in again.',
  csrf_failed: 'The page was open for too long. Reload it and try again.',
  too_large: 'This is too large to send. Shorten it and try again.',
  too_many_attempts: 'Too many attempts.',
  internal: 'Something went wrong on the server. Try again in a moment.',
  busy: 'The server is busy right now.',
  store_unavailable: 'The service is interrupted for a moment. What you typed is not the reason.',
  timeout: 'The server took too long to answer. Try again.',
};

/** Why people are at the sign-in page again. */
export const END_SENTENCES: Readonly<Record<EndReason, string>> = {
  signed_out: 'You have signed out.',
  idle: 'You were signed out because nothing happened for a while.',
  max_age: 'Your session has reached its longest time. Sign in again to go on.',
  revoked: 'This session was ended from another device or by an administrator.',
  password_changed: 'The password was changed. Sign in with the new one.',
  factor_changed: 'The second factor of the account was changed. Sign in again.',
  user_disabled: 'This account was disabled. Ask your administrator.',
  provider_logout: 'You were signed out by your sign-in provider.',
  sign_in_expired: 'The sign-in took too long or had too many wrong codes. Start again.',
};

/** Nobody of ours has answered: it says nothing about what was typed. */
export const UNREACHABLE =
  'The server cannot be reached. What you typed is not the reason. Check your connection and try again.';
