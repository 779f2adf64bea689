import { pluralIn } from '../plural';

/** Codes of requests that only a later page sends. */
export type LaterErrorCode =
  | 'code_invalid'
  | 'passkey_invalid'
  | 'ceremony_over'
  | 'passkey_not_allowed'
  | 'passkey_refused'
  | 'passkey_unknown'
  | 'passkey_registered'
  | 'password_rejected'
  | 'password_wrong'
  | 'password_change_required'
  | 'token_invalid'
  | 'no_pending_link'
  | 'handle_taken'
  | 'identity_in_use'
  | 'link_account_mismatch'
  | 'last_administrator'
  | 'last_way_in'
  | 'factor_required'
  | 'too_many_factors'
  | 'merge_refused'
  | 'undo_refused'
  | 'no_pending_enrolment'
  | 'already_signed_in'
  | 'message_not_sent'
  | 'revision_stale'
  | 'reauthentication_required';

const plural = pluralIn('en');

/** Texts of a failed request of a later page, by code. */
const byCode = {
  'error.code_invalid':
    'This code is wrong or was already used. Check it and enter it again, or wait for the next one.',
  'error.passkey_invalid':
    'The passkey was not accepted. Try again with the same one, or use another method.',
  'error.ceremony_over': 'This took longer than five minutes, or was done already. Start again.',
  'error.passkey_not_allowed':
    'Your organisation does not allow this kind of passkey. Choose a different device or security key.',
  'error.passkey_refused':
    'The sign-in with this passkey was refused. Try again, or use another method.',
  'error.passkey_unknown':
    'This passkey was removed from the account. Sign in with another method, or ask your administrator. Delete the passkey from your device or password manager.',
  'error.passkey_registered':
    'This passkey is registered already. Choose a different device or security key.',
  'error.password_rejected': 'This password cannot be used. Choose a longer and less common one.',
  'error.password_wrong': 'The current password is wrong. Check it and enter it again.',
  'error.password_change_required': 'Choose a new password first.',
  'error.token_invalid': 'This email link has expired or was already used. Ask for a new one.',
  'error.reauthentication_required':
    'This action needs a sign-in within the last 10 minutes. Sign out and sign in again, then try again.',
  'error.no_pending_link': 'There is no link to confirm. Start again from the sign-in page.',
  'error.handle_taken': 'Another account uses this name or address. Choose a different one.',
  'error.identity_in_use':
    'This identity is already linked to another account. Cancel and ask your administrator which account it is.',
  'error.link_account_mismatch':
    'The link belongs to a different account than the one you are signed in to. Sign out, then sign in to that account.',
  'error.last_administrator':
    'This is the last administrator. Make another user an administrator first.',
  'error.last_way_in':
    'This is your only sign-in method, so it cannot be removed. Set up another sign-in method first.',
  'error.factor_required':
    'Your account must have a second factor. Set up another one before you remove this one.',
  'error.message_not_sent':
    'The message could not be sent. Choose another method, or try again later.',
  'error.too_many_factors':
    'Your account has as many second factors of this kind as it can have. Remove one first.',
  'error.merge_refused': 'These users cannot be merged. Choose other users.',
  'error.undo_refused': 'The merge cannot be undone. Check both users.',
  'error.no_pending_enrolment': 'This setup has expired. Start it again.',
  'error.already_signed_in': 'You are signed in already. Reload the page.',
  'error.revision_stale': 'The data was changed by another request. Reload the page and check it.',
} satisfies Record<`error.${LaterErrorCode}`, string>;

/** Texts about failures of later pages. */
export const laterErrors = {
  ...byCode,
  'failure.clockAhead': (minutes: number) =>
    `${plural(minutes, { one: 'The clock on your phone is one minute ahead.', other: 'The clock on your phone is # minutes ahead.' })} Set its time to automatic, then enter the next code.`,
  'failure.clockBehind': (minutes: number) =>
    `${plural(minutes, { one: 'The clock on your phone is one minute behind.', other: 'The clock on your phone is # minutes behind.' })} Set its time to automatic, then enter the next code.`,
};
