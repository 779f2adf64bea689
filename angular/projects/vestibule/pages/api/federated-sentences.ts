import type { FederatedErrorCode } from './codes';

/** Sentences of `/login?error=CODE`, by code: what happened, and what to do next. */
export const FEDERATED_SENTENCES: Readonly<Record<FederatedErrorCode, string>> = {
  provider_unknown: 'This provider is not set up here. Choose another sign-in method.',
  provider_unavailable:
    'The provider cannot be reached. Try again in a few minutes, or use another sign-in method.',
  provider_error:
    'The provider reported an error. Try again; if this does not help, ask your administrator.',
  provider_response_invalid:
    'The response of the provider was not valid and was not used. Try again; if this does not help, ask your administrator.',
  access_denied:
    'You cancelled at the provider, the provider denied access, or this service does not accept your organisation or address. Try again, or ask your administrator for access.',
  login_expired:
    'This sign-in is no longer valid. It took too long, was already used, was started in another browser, or your provider ended it. Start again from this page.',
  too_many_attempts:
    'Too many sign-ins from your network failed at the provider. Try again in ten minutes, or use another sign-in method.',
  signup_not_allowed:
    'You have no account here, and this provider may not create one. Ask your administrator for an account.',
  account_disabled: 'Your account is disabled. Ask your administrator to enable it.',
  link_ambiguous:
    'More than one account matches, so none was chosen. Ask your administrator to correct this.',
  identity_unlinked:
    'This provider was unlinked from your account. Sign in with another method, then link it again under “Sign-in methods”.',
  link_refused:
    'The identity is already linked to another account, or you signed out before the link was complete. Try again from your account; if this does not help, ask your administrator.',
  reauthentication_refused:
    'The provider did not ask you to sign in again, you used a different account there, or you signed out. Try again and sign in at the provider; if this does not help, ask your administrator.',
};

/** Sentences for a signed-in user, where they differ: such a user needs no sign-in method. */
export const SIGNED_IN_FEDERATED_SENTENCES: Readonly<Partial<Record<FederatedErrorCode, string>>> =
  {
    provider_unknown: 'The provider is no longer set up here. Choose another one.',
    provider_unavailable: 'The provider cannot be reached. Try again in a few minutes.',
    access_denied:
      'You cancelled at the provider, the provider denied access, or this service does not accept your organisation or address. Try again, or ask your administrator.',
    login_expired:
      'The request is no longer valid. It took too long, was already used, was started in another browser, or your provider ended it. Start again from your account.',
    reauthentication_refused:
      'The provider did not authenticate you again, or you used a different account there than the linked one. Try again with the linked account, or sign out and in again.',
  };

/** Returns the sentence of a code, or a general one: a user can write any text into the URL. */
export function federatedErrorSentence(code: string | null, signedIn = false): string {
  if (!isFederatedErrorCode(code))
    return 'Start again; if this does not help, ask your administrator.';
  return (signedIn ? SIGNED_IN_FEDERATED_SENTENCES[code] : null) ?? FEDERATED_SENTENCES[code];
}

function isFederatedErrorCode(code: string | null): code is FederatedErrorCode {
  return code !== null && Object.hasOwn(FEDERATED_SENTENCES, code);
}
