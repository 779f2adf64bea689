import type { DecisionTexts } from '../decision';

const english: DecisionTexts = {
  title: 'Decision',
  rule: 'Reason',
  needed: 'What would change it',
  facts: 'What the decision rests on',
  provider: 'Provider',
  issuer: 'Issuer',
  subject: 'Subject',
  address: 'Address',
  noAddress: 'none',
  addressVerified: 'The provider verified the address (JSON value true)',
  trusted: 'The provider is trusted for the domain of the address',
  user: 'User',
  secondFactors: 'Second factors of the user',
  factors: {
    passkey: 'Passkey',
    totp: 'Authenticator app',
    smsCode: 'Codes by SMS',
    emailCode: 'Codes by email',
    recoveryCode: 'Recovery codes',
  },
  warnings: 'Warnings',
  claims: 'Claims',
  changes: 'What changed',
  field: 'Field',
  before: 'Before',
  after: 'After',
  code: 'Code',
  yes: 'yes',
  no: 'no',
  outcomes: {
    signIn: 'The user who has this identity is signed in.',
    link: 'The identity is linked to the account with the same address, and its user is signed in.',
    linkOnRequest: 'The identity is linked to the account whose user asked for it.',
    askForProof: 'The user must sign in to the existing account and confirm the link.',
    reclaim:
      'Unverified accounts with this address are quarantined, and the owner of the address gets a new account.',
    create: 'A new account is created.',
    refuse: 'The login is refused.',
    failed: 'The login failed before a decision.',
  },
  /** By the sentence of the server, which is English. */
  sentences: {},
};

export default english;
