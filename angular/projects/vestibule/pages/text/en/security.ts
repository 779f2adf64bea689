import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('en');

/** Texts of the security section of the account page. */
export const security = {
  'password.help': 'A change ends your sessions on all other devices.',
  'password.change': 'Change password',
  'password.none': 'None. With one, you can also sign in without your provider.',
  'password.set': 'Set a password',
  'authenticators.title': 'Authenticator apps',
  'authenticators.none':
    'None. An app protects your account if your password is stolen: each sign-in then needs its code.',
  'authenticators.noneNoPassword':
    'None. With an app, each sign-in at a provider also needs its code.',
  'authenticators.added': (date: string) => `added on ${date}`,
  'authenticators.notUsed': 'not used to sign in yet',
  'authenticators.add': 'Add an authenticator app',
  'authenticators.name': 'Name of the app',
  'authenticators.rename': 'Rename',
  'authenticators.renameNamed': (name: string) => `Rename ${name}`,
  'authenticators.renamed': (name: string) => `The app is now called ${isolate(name)}.`,
  'authenticators.remove': 'Remove',
  'authenticators.removeNamed': (name: string) => `Remove ${name}`,
  'authenticators.removeOne': (name: string) =>
    `Remove ${isolate(name)}? Its codes no longer work. You then use your other second factor. Your sessions on other devices end.`,
  'authenticators.removeOnly': (name: string) =>
    `Remove ${isolate(name)}? It is your only second factor. After that, no code protects your account, and your recovery codes no longer work. Your sessions on other devices end.`,
  'authenticators.removed': (name: string) => `${isolate(name)} is removed.`,
  'codes.title': 'Recovery codes',
  'codes.help': 'Each code signs you in once if you cannot use your second factor.',
  'codes.left': (count: number) =>
    plural(count, { one: 'One code is left.', other: '# codes are left.' }),
  'codes.few': 'Create new ones before you need them.',
  'codes.createdAt': (date: string) => `created on ${date}`,
  'codes.replace': 'Create new codes',
  'codes.replaceQuestion': 'Create new recovery codes? Your old ones no longer work.',
  'codes.createQuestion': 'Create recovery codes? They are shown once, so keep them ready to save.',
  'codes.replaced': 'Your new recovery codes are in use.',
  'devices.title': 'Your devices',
  'devices.help': 'Browsers with which you signed in before.',
  'devices.trustHelp': (count: number) =>
    plural(count, {
      one: 'Browsers with which you signed in before. A trusted one does not need the second factor for # day.',
      other:
        'Browsers with which you signed in before. A trusted one does not need the second factor for # days.',
    }),
  'devices.current': 'this device',
  'devices.lastSeen': (date: string) => `last sign-in on ${date}`,
  'devices.firstSeen': (date: string) => `first sign-in on ${date}`,
  'devices.trustedUntil': (date: string) => `trusted until ${date}: no second factor needed`,
  'devices.forget': 'Forget',
  'devices.forgetNamed': (name: string) => `Forget ${name}`,
  'devices.forgetQuestion': (name: string) =>
    `Forget ${name}? Its next sign-in needs the second factor and counts as one from a new device. A session that was opened there without the second factor asks for it at once.`,
  'devices.forgotten': (name: string) => `${name} is forgotten.`,
  'device.on': (browser: string, system: string) => `${browser} on ${system}`,
  'device.unknown': 'Unknown device',
};
