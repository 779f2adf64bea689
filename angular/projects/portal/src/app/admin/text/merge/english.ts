import { isolate } from '@vestibule/angular/console';
import type { MergeTexts } from '../merge';

const english: MergeTexts = {
  title: 'Merge two users',
  label: 'Merge into another user',
  ends: (name) => `This account ends: ${isolate(name)}. Choose the account that stays.`,
  search: 'Search the account that stays',
  noUsers: 'No other user matches.',
  choose: 'Choose',
  chooseNamed: (name) => `Choose ${isolate(name)}`,
  stays: (name) => `This account stays: ${isolate(name)}`,
  other: 'Choose another one',
  swap: 'Swap: the other account ends',
  withRoles: 'Also carry over the assigned roles, without those of administrators',
  withFactors:
    'Also carry over passkeys, authenticator apps and codes by message, if the account that stays has none',
  caption: 'What the merge changes',
  field: 'Field',
  fromColumn: 'Account that ends',
  intoColumn: 'Account that stays',
  result: 'Afterwards',
  fields: {
    password: 'Password',
    pendingEmail: 'Address to be confirmed',
    previousEmails: 'Number of earlier addresses',
    picture: 'Picture',
    totp: 'Authenticator apps',
    passkeys: 'Passkeys',
    messageCodes: 'Codes by message',
    pendingTotp: 'App that is being set up',
    recoveryCodes: 'Recovery codes',
    identities: 'Identities of providers',
    unlinkedIdentities: 'Unlinked identities',
    devices: 'Number of known devices',
    deletionAt: 'Requested deletion',
    formerIds: 'Merged accounts',
  },
  submit: 'Merge',
  consequences: (from, into, until) =>
    `The account ${isolate(from)} ends, and its sign-in methods open the account ${isolate(into)}. The sessions of both end. The merge can be undone until ${until}.`,
  done: 'The users were merged.',
  refused: {
    same_user: 'A user cannot be merged with itself.',
    from_not_active: 'The account that ends is not active. Review it and enable it first.',
    into_not_active: 'The account that stays is not active. Review it and enable it first.',
    factor_would_be_lost:
      'Only the account that ends has a second factor. Carry over its second factors, or let the other user set one up first.',
  },
  list: 'Merges',
  listCaption: 'Merges of the last 30 days',
  none: 'No merge is recorded.',
  at: 'Time',
  actor: 'Administrator',
  ended: 'Account that ended',
  stayed: 'Account that stays',
  undo: 'Undo',
  undoNamed: (name) => `Undo the merge of ${isolate(name)}`,
  undoUntil: (time) => `Can be undone until ${time}`,
  undoneAt: (time) => `Undone: ${time}`,
  undoConsequences:
    'The account that ended is restored, and what came from it leaves the other account. The sessions of both end.',
  undone: 'The merge was undone.',
};

export default english;
