import type { AccountCode } from './codes';
import { Failure, failureOf } from './failure';

/**
 * Sentences of the pages after the first step. `provider_unavailable` is here too: on these pages it answers a request
 * and is not a redirect to `/login`.
 */
export const ACCOUNT_SENTENCES: Readonly<Record<AccountCode | 'provider_unavailable', string>> = {
  code_invalid: 'This code is wrong or was already used. Wait for the next code and enter it.',
  not_signed_in: 'You are not signed in. Sign in first.',
  second_factor_required: 'Enter the code of your authenticator app first.',
  enrolment_required: 'Set up an authenticator app first.',
  session_ended: 'Your session has ended. Sign in again.',
  password_rejected: 'This password cannot be used. Choose a longer and less common one.',
  password_wrong: 'The current password is wrong. Enter it again.',
  forbidden: 'Your account does not have permission for this. Ask your administrator for access.',
  not_found: 'This item does not exist or was removed. Reload the page.',
  method_not_allowed: 'This action is not available here. Reload the page and try again.',
  unsupported_media_type: 'The server does not accept this format. Reload the page and try again.',
  reauthentication_required:
    'This action needs a sign-in within the last 10 minutes. Sign out and sign in again, then try again.',
  no_pending_link: 'There is no link to confirm. Start again from the sign-in page.',
  identity_in_use:
    'This identity is already linked to another account. Cancel and ask your administrator which account it is.',
  link_account_mismatch:
    'The link belongs to a different account than the one you are signed in to. Sign out, then sign in to that account.',
  last_way_in:
    'This is your only sign-in method, so it cannot be unlinked. Set up another sign-in method first.',
  token_invalid: 'This email link has expired or was already used. Ask for a new one.',
  handle_taken: 'Another account uses this name or address. Choose a different one.',
  revision_stale: 'The data was changed by another request. Reload the page and check it.',
  factor_required:
    'Your account must have a second factor. Set up another one before you remove this one.',
  no_pending_enrolment: 'This setup has expired. Start it again.',
  provider_unavailable:
    'The sign-in provider cannot be reached. Nothing was changed. If this continues, ask your administrator.',
};

/** Returns the failure of a request of these pages. */
export function accountFailureOf(error: unknown): Failure {
  return failureOf(error, ACCOUNT_SENTENCES);
}
