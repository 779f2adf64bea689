import type { MailTexts } from '../mail';

const english: MailTexts = {
  title: 'Mail',
  intro:
    'Mails that wait or that were given up, the newest first. A delivered mail is not listed. The content is not shown: it can contain links with tokens.',
  state: 'State',
  states: { queued: 'Waiting', failed: 'Given up' },
  mail: 'Mail',
  to: 'To',
  createdAt: 'Created',
  attempts: 'Attempts',
  result: 'Result',
  nextAttempt: (time) => `Next attempt: ${time}`,
  failedAt: (time) => `Given up: ${time}`,
  reply: 'Last answer of the mail server',
  none: 'No mail waits, and none was given up.',
  retryHelp: 'This command puts a mail into the queue again:',
  templates: {
    invitation: 'Invitation to a new account',
    passwordReset: 'Link for a new password',
    emailConfirm: 'Confirmation of an address',
    emailChangeNotice: 'Notice of a change of the address',
    signInWays: 'Ways to sign in',
    addressTaken: 'Address that an account already has',
    emailChangeCancelled: 'Change of the address cancelled',
    attackReported: 'Report “This was not me”',
    unknownDevice: 'Sign-in from an unknown device',
    passwordChanged: 'Password changed',
    factorAdded: 'Authenticator app added',
    factorRemoved: 'Authenticator app removed',
    secondFactorReset: 'Second factor removed',
    recoveryCodeUsed: 'Recovery code used',
    recoveryCodesReplaced: 'Recovery codes replaced',
    identityLinked: 'Provider linked',
    identityUnlinked: 'Provider unlinked',
    emailChanged: 'Address changed',
    accountDeletion: 'Account will be deleted',
    test: 'Test message',
  },
  reasons: {
    refused: 'The mail server refused it.',
    undeliverable: 'No attempt succeeded in two days.',
    expired: 'Its link expired before the mail server accepted it.',
    unreadable: 'Its sealed content cannot be opened: a key is missing.',
  },
};

export default english;
