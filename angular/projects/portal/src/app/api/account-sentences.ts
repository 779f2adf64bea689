import type { AccountCode } from './codes';
import { Failure, failureOf } from './failure';

/**
 * Sentences of the account pages. `provider_unavailable` is here too: on these pages it is the answer to a request, not
 * a redirect to `/login`.
 */
export const ACCOUNT_SENTENCES: Readonly<Record<AccountCode | 'provider_unavailable', string>> = {
  password_rejected: 'This password cannot be used. Choose a longer and less common one.',
  password_wrong: 'The current password is not right. Enter it again.',
  forbidden: 'Your account may not do this. Ask your administrator for access.',
  not_found: 'This does not exist, or not any more. Reload the page and look again.',
  method_not_allowed: 'This cannot be done here. Reload the page and try again.',
  unsupported_media_type: 'This cannot be sent in this form. Reload the page and try again.',
  reauthentication_required:
    'For this you must have signed in within the last 10 minutes. Sign out and in again, then try again.',
  no_pending_link: 'There is nothing to link any more. Start again from the sign-in page.',
  identity_in_use:
    'Another account can be reached this way already. Cancel here, and ask your administrator which one.',
  link_account_mismatch:
    'The link is meant for another account than the one you are signed in to. Sign out, then sign in to that one.',
  last_way_in:
    'Nothing else opens your account, so this stays. Set up another way to sign in first, then disconnect this one.',
  token_invalid: 'This link has expired or was used already. Ask for a new one.',
  handle_taken: 'Somebody else uses this name or address already. Choose another one.',
  revision_stale: 'Somebody has changed this meanwhile. Reload and look again.',
  factor_required:
    'Your account must keep a second factor. Set up another one before you remove this one.',
  no_pending_enrolment: 'This set-up has expired. Start it again.',
  provider_unavailable:
    'The sign-in provider cannot be reached right now. Nothing was changed, and your account is not the reason. If it stays away, ask your administrator.',
};

/** Returns the failure of a request of the account pages. */
export function accountFailureOf(error: unknown): Failure {
  return failureOf(error, ACCOUNT_SENTENCES);
}
