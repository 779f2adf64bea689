import { isolate } from '../isolate';

/** Texts of federated login and account linking. */
export const federated = {
  'federated.refusedTitle': 'Request not completed',
  'federated.failed': 'Sign-in failed.',
  'federated.failedWith': (label: string) => `Sign-in with ${label} failed.`,
  'federated.requestFailed': 'Your request was not completed.',
  'federated.requestFailedWith': (label: string) => `Your request to ${label} was not completed.`,
  'federated.cancelled': 'You cancelled the sign-in.',
  'federated.cancelledWith': (label: string) => `You cancelled at ${label}.`,
  'federated.traceHelp': 'Give your administrator this ID:',
  'federated.stillSignedIn': 'You are still signed in. Your account was not changed.',
  'federated.backToAccount': 'Back to your account',
  'federated.back': 'Go back',
  'federated.confirmTitle': 'Confirm sign-in',
  'federated.confirm': (label: string) => `Sign in with ${label}?`,
  'federated.confirmHelp':
    'A link on another page opened this sign-in. Continue only if you want to sign in now.',
  'federated.replacesSession': (name: string) =>
    `You are signed in as ${isolate(name)}. This sign-in ends that session.`,
  'federated.retrying': (label: string) => `${label} cannot be reached. This page tries again.`,
  'federated.otherMethod': 'Use another sign-in method',
  'federated.stay': 'Stay signed in',
  'federated.notSetUp': 'This provider is not set up here.',
  'federated.chooseMethod': 'Choose a sign-in method',
  'federated.methodsFailed': 'The sign-in methods could not be loaded.',
  'federated.anotherUser': 'another user',
  'link.title': 'Link a provider',
  'link.nothing': 'Nothing to link',
  'link.nothingHelp':
    'This browser has no pending link. It was already confirmed or cancelled, or it expired after 10 minutes.',
  'link.toAccount': 'Go to your account',
  'link.toSignIn': 'Go to sign-in',
  'link.step': (label: string) => `One more step to sign in with ${label}`,
  'link.exists': (email: string) => `An account with the address ${isolate(email)} already exists.`,
  'link.existsAt': (label: string) => `An account with your address at ${label} already exists.`,
  'link.signInFirst': (label: string) =>
    `Sign in to it with your usual method, then confirm the link to ${label}.`,
  'link.noAccess': 'If you cannot sign in to this account, ask your administrator.',
  'link.noAccessTrace': 'If you cannot sign in to this account, give your administrator this ID:',
  'link.confirmTitle': (label: string) => `Link ${label} to this account?`,
  'link.signedInAs': (name: string) => `You are signed in as ${isolate(name)}.`,
  'link.effect': (label: string) =>
    `After linking, a user who signs in at ${label} can open this account.`,
  'link.effectAs': (label: string, email: string) =>
    `After linking, a user who signs in at ${label} as ${isolate(email)} can open this account.`,
  'link.notYou': 'If you did not start this, cancel.',
  'link.confirm': 'Confirm',
  'link.wrongAccount': (name: string) =>
    `You are signed in as ${isolate(name)}, but this link belongs to a different account. Sign out, then sign in to that account.`,
  'link.signInAgain': 'Sign out and sign in again',
  'link.linked': (label: string) => `${label} is now linked to your account.`,
  'link.nothingLinked': 'Nothing was linked.',
  'link.thisUser': 'this user',
};
