import type { EndReason } from '@vestibule/angular';
import type { RequestErrorCode } from '../../api/codes';
import type { LaterErrorCode } from './later-errors';
import { pluralIn } from '../plural';

const plural = pluralIn('en');

/** Texts of a failed request, by code: what happened, and what to do next. The sign-in page can show them. */
const byCode = {
  'error.invalid_request': 'The server could not read the request. Check the form and try again.',
  'error.not_signed_in': 'You are not signed in. Sign in first.',
  'error.invalid_credentials': 'The user name or the password is wrong. Check both and try again.',
  'error.second_factor_required': 'Enter your second factor first.',
  'error.enrolment_required': 'Set up a second factor first.',
  'error.session_ended': 'Your session has ended. Sign in again.',
  'error.csrf_failed': 'This page has expired. Reload it and try again.',
  'error.forbidden':
    'Your account does not have permission for this. Ask your administrator for access.',
  'error.not_found': 'This item does not exist or was removed. Reload the page.',
  'error.method_not_allowed': 'This action is not available here. Reload the page and try again.',
  'error.too_large': 'The input is too long. Shorten it and try again.',
  'error.unsupported_media_type':
    'The server does not accept this format. Reload the page and try again.',
  'error.too_many_attempts': 'Too many attempts.',
  'error.internal': 'An error occurred on the server. Try again in a moment.',
  'error.busy': 'The server is busy.',
  'error.store_unavailable': 'The service is temporarily unavailable.',
  'error.timeout': 'The server took too long to answer. Try again.',
  'error.provider_unavailable':
    'The sign-in provider cannot be reached. Nothing was changed. If this continues, ask your administrator.',
} satisfies Record<`error.${Exclude<RequestErrorCode, LaterErrorCode>}`, string>;

/** Texts of the sign-in page after a session has ended, by reason. */
const ends = {
  'end.signed_out': 'You have signed out.',
  'end.idle': 'You were signed out because of inactivity.',
  'end.max_age': 'Your session reached its maximum length. Sign in again.',
  'end.revoked': 'Your session was ended from another device or by an administrator.',
  'end.password_changed': 'Your password was changed. Sign in with the new password.',
  'end.factor_changed': 'How you sign in was changed. Sign in again.',
  'end.user_disabled': 'Your account is disabled. Ask your administrator.',
  'end.provider_logout': 'Your sign-in provider signed you out.',
  'end.sign_in_expired': 'The sign-in took too long or had too many wrong codes. Start again.',
} satisfies Record<`end.${EndReason}`, string>;

/** Texts about failures and ends. */
export const errors = {
  ...byCode,
  ...ends,
  'failure.unreachable': 'The server cannot be reached. Check your connection and try again.',
  'failure.wrongAddress': (url: string) =>
    `This page is open at the wrong address. Open this one instead: ${url}`,
  'failure.cookiesBlocked':
    'Your browser blocks the cookies of this page. Allow them, then reload the page.',
  'failure.attemptsLeft': (count: number) =>
    plural(count, {
      one: 'You have one more attempt. After that, you must start again.',
      other: 'You have # more attempts. After that, you must start again.',
    }),
  'failure.requestId': (id: string) =>
    `If this happens again, give your administrator this request ID: ${id}`,
  'wait.mustWait': (time: string) => `You must wait ${time}.`,
  'wait.tryAgainIn': (time: string) => `Try again in ${time}.`,
  'wait.tryAgainNow': 'You can try again now.',
};
