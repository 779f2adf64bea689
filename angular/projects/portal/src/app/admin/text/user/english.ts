import { isolate, pluralIn } from '@vestibule/angular/console';
import type { UserTexts } from '../user';

const plural = pluralIn('en');

const english: UserTexts = {
  title: 'User',
  back: 'All users',
  canSignIn: 'This user can sign in.',
  cannotSignIn: {
    disabled: 'This user cannot sign in: the account is disabled.',
    quarantined:
      'This user cannot sign in: the account is quarantined, because the owner of its address signed in with another account.',
    locked: 'This user cannot sign in now: there were too many failed attempts.',
    no_sign_in_method:
      'This user cannot sign in: the account has no password, no provider and no passkey that signs in alone.',
    password_expired:
      'This user cannot sign in: the given password has expired. Reset the password.',
  },
  cannotSignInOther: 'This user cannot sign in.',
  noMethodNoPasswords:
    'This user cannot sign in: the account has no provider and no passkey that signs in alone. Send a link for a passkey.',
  lockedUntil: (time) => `Attempts are refused until ${time}.`,
  deletedAt: (time) => `The user requested the deletion. The account will be deleted on ${time}.`,
  formerIds: (ids) => `These accounts were merged into this one: ${isolate(ids)}.`,
  openedByFormerId: (id) => `The account ${isolate(id)} was merged into this one.`,
  changed: 'The user was changed since it was loaded:',
  change: (field, before, after) =>
    `${field}: before “${isolate(before)}”, now “${isolate(after)}”`,
  profile: 'Profile',
  fields: {
    id: 'ID',
    username: 'User name',
    email: 'Address',
    emailVerified: 'Address verified',
    displayName: 'Name',
    locale: 'Language',
    roles: 'Roles',
    assignedRoles: 'Roles assigned here',
    status: 'Status',
    hasPassword: 'Has a password',
    mustChangePassword: 'Must change the password',
    mfaEnabled: 'Second factor',
    providers: 'Providers',
    createdAt: 'Created',
    createdBy: 'Created by',
    updatedAt: 'Changed',
    lastLoginAt: 'Last sign-in',
  },
  verified: 'verified',
  unverified: 'not verified',
  fromProvider: (provider) => `from ${isolate(provider)}`,
  rolesOf: (provider, roles) => `${isolate(roles)} from ${isolate(provider)}`,
  createdBy: { administrator: 'an administrator', provider: 'a provider', user: 'the user' },
  methods: 'Sign-in methods',
  password: 'Password',
  passwordSet: (time) => `Set on ${time}`,
  passwordNone: 'No password',
  mustChange: 'The user must choose a new password at the next sign-in.',
  apps: 'Authenticator apps',
  app: (name, added, used) => `${isolate(name)}: added ${added}, last used: ${used}`,
  unnamedApp: 'App without a name',
  noApp: 'No authenticator app',
  passkeys: 'Passkeys',
  noPasskey: 'No passkey',
  addedAt: (time) => `Added: ${time}`,
  usedAt: (time) => `Last used: ${time}`,
  synced: 'Synced between devices',
  deviceBound: 'On one device only',
  aaguid: 'Model (AAGUID)',
  messageCodes: 'Codes by message',
  byEmail: 'Email',
  bySms: 'SMS',
  codesTo: (kind, target, added, used) =>
    `${kind}: ${isolate(target)}, added ${added}, last used: ${used}`,
  recoveryCodes: 'Recovery codes left',
  identities: 'Providers',
  noIdentity: 'No provider is linked.',
  linkedAt: (time) => `Linked: ${time}`,
  lastUsedAt: (time) => `Last sign-in: ${time}`,
  subject: 'Subject at the provider',
  unlinkedAt: (time) => `Unlinked: ${time}`,
  unlink: {
    label: 'Unlink',
    consequences:
      'The user can no longer sign in with this identity of the provider, and loses the roles that came from it. The identity is not linked again by itself.',
    done: 'The provider was unlinked.',
  },
  unlinkNamed: (label) => `Unlink ${isolate(label)}`,
  locks: 'Waits after failed attempts',
  lock: (failures, until) =>
    plural(failures, {
      one: `One failed attempt, refused until ${until}`,
      other: `# failed attempts, refused until ${until}`,
    }),
  lockOfKnownDevice: 'on a known device of the user',
  sessions: 'Sessions',
  noSession: 'The user is not signed in.',
  endSession: {
    label: 'End',
    consequences: 'That browser must sign in again. Unsaved input there may be lost.',
    done: 'The session has ended.',
  },
  endSessionNamed: (device) => `End the session in ${isolate(device)}`,
  events: 'Audit events',
  noEvent: 'Nothing is recorded yet.',
  olderEvents: 'Show older events',
  by: (actor) => `By: ${isolate(actor)}`,
  statedReason: (reason) => `Reason: ${isolate(reason)}`,
  network: (ip) => `Network address: ${isolate(ip)}`,
  trace: 'How the account was chosen',
  acts: 'Actions',
  noAct: 'Your roles do not allow to change users.',
  onlyFull: 'This user is an administrator. Only the role “admin” may change administrators.',
  ownAccount: 'This is your own account: another administrator must disable or delete it.',
  act: {
    edit: {
      label: 'Edit profile and roles',
      consequences: 'A field that you change here is no longer updated by a provider.',
      done: 'The profile was changed.',
    },
    unlock: {
      label: 'Lift the waits',
      consequences: 'The user can try to sign in again at once.',
      done: 'The waits were lifted.',
    },
    'end-sessions': {
      label: 'End all sessions',
      consequences: 'The user is signed out everywhere within a second.',
      done: 'All sessions have ended.',
    },
    'reset-password': {
      label: 'Reset the password',
      consequences: 'All sessions of the user end. The present password is no longer valid.',
      done: 'The password was reset.',
    },
    'reset-mfa': {
      label: 'Reset the second factor',
      consequences:
        'All passkeys, authenticator apps, phone numbers, codes by email and recovery codes are removed, and all sessions end. Make sure that the request is from the user: an attacker asks for this, too.',
      done: 'The second factor was reset.',
    },
    disable: {
      label: 'Disable',
      consequences: 'All sessions end, and the user cannot sign in until the account is enabled.',
      done: 'The account is disabled.',
    },
    enable: {
      label: 'Enable',
      consequences: 'The user can sign in again.',
      done: 'The account is enabled.',
    },
    delete: {
      label: 'Delete',
      consequences:
        'The account and everything that is stored about the user is deleted at once. This cannot be undone.',
      done: 'The user was deleted.',
    },
  },
  passkeyLink: {
    label: 'Send a link for a passkey',
    consequences: 'With the link, the user creates a passkey. All sessions of the user then end.',
    done: 'The link was created.',
  },
  passkeyLinkBy: 'How the user gets the link',
  resetBy: 'How the user gets a new password',
  resets: {
    mail: 'Send a link by mail',
    link: 'Show me a link to hand over',
    remove: 'Remove the password',
  },
  resetUrl: 'Hand this link to the user. It is shown only now and works once.',
  rolesHelp: 'Separate roles with commas. Roles from providers are not changed here.',
  emptyHelp: 'An empty field removes the value.',
};

export default english;
