import { isolate } from '@vestibule/angular/console';
import type { CreateTexts } from '../create';

const english: CreateTexts = {
  title: 'Create a user',
  help: 'The user signs in with the user name, or with a provider that sends the same verified address.',
  helpNoPasswords:
    'The user signs in with a passkey, or with a provider that sends the same verified address.',
  emailVerifiedHelp: 'Address verified: you know that the user reads mail there',
  rolesHelp: 'Separate roles with commas, or leave the field empty.',
  access: 'How the user gets in',
  ways: {
    'invite-mail': 'Send an invitation by mail',
    'invite-link': 'Show me a link to hand over',
    'generated-password': 'Generate a password, which the user must change',
    none: 'No password: the user signs in with a provider',
  },
  noLink: 'No link: the user signs in with a provider',
  mailNeedsAddress: 'An invitation by mail needs an address.',
  taken: 'Another user has this value. Choose another one.',
  submit: 'Create the user',
  created: (name) => `The user ${isolate(name)} was created.`,
  mailSent: 'The invitation is on its way.',
  inviteUrl: 'Hand this link to the user. It is shown only now and works once.',
  generatedPassword:
    'Hand this password to the user. It is shown only now, and must be changed at the first sign-in.',
  openUser: 'Open the user',
  another: 'Create another user',
};

export default english;
