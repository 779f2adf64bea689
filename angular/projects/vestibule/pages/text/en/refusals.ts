import type { FederatedErrorCode } from '../../api/codes';

/** Texts of `/login?error=CODE`: a failed federated login, link or re-authentication. */
const byCode = {
  'refusal.provider_unknown': 'This provider is not set up here. Choose another sign-in method.',
  'refusal.provider_unavailable':
    'The provider cannot be reached. Try again in a few minutes, or use another sign-in method.',
  'refusal.provider_error':
    'The provider reported an error. Try again; if this does not help, ask your administrator.',
  'refusal.provider_response_invalid':
    'The response of the provider was not valid and was not used. Try again; if this does not help, ask your administrator.',
  'refusal.access_denied':
    'The provider denied access, or this service does not accept your organisation or address. Ask your administrator for access.',
  'refusal.login_cancelled':
    'You cancelled at the provider. Sign in again, or use another sign-in method.',
  'refusal.login_expired':
    'This sign-in is no longer valid. It took too long, was already used, was started in another browser, or your provider ended it. Start again from this page.',
  'refusal.too_many_attempts':
    'Too many sign-ins from your network failed at the provider. Try again in ten minutes, or use another sign-in method.',
  'refusal.signup_not_allowed':
    'You have no account here, and this provider may not create one. Ask your administrator for an account.',
  'refusal.account_disabled': 'Your account is disabled. Ask your administrator to enable it.',
  'refusal.link_ambiguous':
    'More than one account matches, so none was chosen. Ask your administrator to correct this.',
  'refusal.identity_unlinked':
    'This provider was unlinked from your account. Sign in with another method, then link it again under “Sign-in methods”.',
  'refusal.link_refused':
    'The identity is already linked to another account, or you signed out before the link was complete. Try again from your account; if this does not help, ask your administrator.',
  'refusal.reauthentication_refused':
    'The provider did not ask you to sign in again, you used a different account there, or you signed out. Try again and sign in at the provider; if this does not help, ask your administrator.',
} satisfies Record<`refusal.${FederatedErrorCode}`, string>;

/** Texts about refused federated logins, links and re-authentications. */
export const refusals = {
  ...byCode,
  'refusal.other': 'Start again; if this does not help, ask your administrator.',
  // For a signed-in user, who needs no sign-in method.
  'refusalSignedIn.provider_unknown': 'The provider is no longer set up here. Choose another one.',
  'refusalSignedIn.provider_unavailable':
    'The provider cannot be reached. Try again in a few minutes.',
  'refusalSignedIn.access_denied':
    'The provider denied access, or this service does not accept your organisation or address. Ask your administrator.',
  'refusalSignedIn.login_cancelled':
    'You cancelled at the provider. Start again from your account.',
  'refusalSignedIn.login_expired':
    'The request is no longer valid. It took too long, was already used, was started in another browser, or your provider ended it. Start again from your account.',
  'refusalSignedIn.reauthentication_refused':
    'The provider did not authenticate you again, or you used a different account there than the linked one. Try again with the linked account, or sign out and in again.',
};
