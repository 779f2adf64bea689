import { isolate } from '../isolate';

/** Texts of passkeys. */
export const passkeys = {
  'passkey.title': 'Passkey',
  'passkey.explanation':
    'You sign in with fingerprint, face or screen lock of your device, or with a security key. A forged page cannot use your passkey.',
  'passkey.create': 'Create a passkey',
  'passkey.help':
    'Use your passkey: with fingerprint, face or screen lock of your device, or with a security key.',
  'passkey.use': 'Use your passkey',
  'passkey.follow': 'Follow the steps that your browser shows.',
  'passkey.cancelled': 'No passkey was used: you cancelled, or the time was over.',
  'passkey.notCreated':
    'No passkey was created: you cancelled, the time was over, or the device cannot check who uses it. Use a device with a screen lock or a PIN.',
  'passkey.registered':
    'This device already has a passkey for your account. Use that one, or a different device or security key.',
  'passkey.wrongHost':
    'Passkeys do not work at this address. Open the address that your organisation gave you.',
  'passkey.unsupported':
    'This browser cannot use passkeys here. Use a different browser, device or sign-in method.',
  'passkey.failed': 'The passkey could not be used. Try again, or use another method.',
  'passkey.doneTitle': 'Your passkey is set up',
  'passkey.done': 'From now on, you can use it when you sign in.',
  'secondFactor.usePasskey': 'Use a passkey',
  'enrol.chooseTitle': 'Set up a second factor',
  'enrol.requiredChoice':
    'Your account requires a second factor. Set up a passkey or an authenticator app to continue.',
  'enrol.appTitle': 'Authenticator app',
  'passkeys.title': 'Passkeys',
  'passkeys.help': 'With a passkey, you sign in without typing anything.',
  'passkeys.none':
    'None. With a passkey, you sign in with fingerprint, face or screen lock of your device, or with a security key.',
  'passkeys.add': 'Add a passkey',
  'passkeys.added': (name: string) => `${isolate(name)} is added.`,
  'passkeys.name': 'Name of the passkey',
  'passkeys.renamed': (name: string) => `The passkey is now called ${isolate(name)}.`,
  'passkeys.synced': 'synced: on all devices of your password manager',
  'passkeys.deviceBound': 'on one device or security key only',
  'passkeys.alone': 'signs you in without a password',
  'passkeys.factorOnly': 'only as a second factor, after another sign-in method',
  'passkeys.removeOne': (name: string) =>
    `Remove ${isolate(name)}? You can no longer sign in with it. Delete it from your device or password manager, too. Your sessions on other devices end.`,
  'passkeys.removeOnly': (name: string) =>
    `Remove ${isolate(name)}? It is your only second factor. After that, your other sign-in method alone opens your account, and your recovery codes no longer work. Your sessions on other devices end.`,
  'passkeys.removeLast': (name: string) =>
    `Remove ${isolate(name)}? It is your only sign-in method, so you cannot remove it. Add another passkey first.`,
  'passkeys.addSecond':
    'This passkey is your only sign-in method. Add a second one, on another device or a security key: if you lose the only one, an administrator must help you.',
  'offer.title': 'Sign in faster next time',
  'offer.text':
    'Create a passkey on this device. Next time you sign in with fingerprint, face or screen lock.',
  'offer.notNow': 'Not now',
};
