import type { FederatedErrorCode } from './codes';

/** What people read for each refusal: what happened, and what to do next. */
export const FEDERATED_SENTENCES: Readonly<Record<FederatedErrorCode, string>> = {
  provider_unknown: 'This way to sign in is not set up here. Choose another one.',
  provider_unavailable:
    'The sign-in provider cannot be reached right now. Try again in a few minutes, or sign in another way.',
  provider_error:
    'The sign-in provider reported an error. Try again; if that does not help, ask your administrator.',
  provider_response_invalid:
    'The answer of the sign-in provider could not be trusted, so it was not used. Try again; if that does not help, ask your administrator.',
  access_denied:
    'The sign-in provider did not let you through, you cancelled there, or this service does not accept your organisation or address there. Try again, or ask your administrator for access.',
  login_expired:
    'This sign-in is not valid any more: it took too long, was used already, was begun in another browser, or your provider has ended it. Start again from this page.',
  signup_not_allowed:
    'There is no account for you here, and this provider may not open one. Ask your administrator for an account.',
  account_disabled: 'The account is disabled. Ask your administrator to enable it.',
  link_ambiguous:
    'More than one account could be meant, and none was chosen. Ask your administrator to put that right.',
  identity_unlinked:
    'This way in was removed from the account. Sign in another way, then connect it again under “Ways to sign in”.',
  link_refused:
    'It opens another account already, or you signed out meanwhile. Try again from your account; if that does not help, ask your administrator.',
  reauthentication_refused:
    'The sign-in provider did not ask who you are, although it was told to, you used another account there, or you signed out meanwhile. Try again and sign in there; if that does not help, ask your administrator.',
};

/** Where who is signed in reads something else: they need no way to sign in. */
export const SIGNED_IN_FEDERATED_SENTENCES: Readonly<Partial<Record<FederatedErrorCode, string>>> =
  {
    provider_unknown: 'It is not set up here any more. Choose another one.',
    provider_unavailable: 'The provider cannot be reached right now. Try again in a few minutes.',
    access_denied:
      'The provider did not let you through, you cancelled there, or this service does not accept your organisation or address there. Try again, or ask your administrator.',
    login_expired:
      'It is not valid any more: it took too long, was used already, was begun in another browser, or your provider has ended it. Start again from your account.',
    reauthentication_refused:
      'The provider did not ask you to prove again who you are, or you used another account there than the connected one. Try again with that one, or sign out and in again.',
  };

/** One that this page does not know, or that somebody made up, gets a general sentence. */
export function federatedErrorSentence(code: string | null, signedIn = false): string {
  if (!isFederatedErrorCode(code))
    return 'Start again; if that does not help, ask your administrator.';
  return (signedIn ? SIGNED_IN_FEDERATED_SENTENCES[code] : null) ?? FEDERATED_SENTENCES[code];
}

function isFederatedErrorCode(code: string | null): code is FederatedErrorCode {
  return code !== null && Object.hasOwn(FEDERATED_SENTENCES, code);
}
