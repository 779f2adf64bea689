import { pluralIn } from '../plural';

const plural = pluralIn('en');

/** Texts of second factor, enrolment, re-authentication and copy buttons. */
export const laterSteps = {
  'code.label': '6-digit code',
  'code.invalid': 'Enter the 6 digits of the code.',
  'code.recoveryLabel': 'Recovery code',
  'code.recoveryInvalid': 'Enter the whole recovery code: 14 letters and digits.',
  'code.checking': 'Checking…',

  'secondFactor.title': 'Second factor',
  'secondFactor.help': 'Enter the code that your authenticator app shows for this account.',
  'secondFactor.account': 'Account:',
  'secondFactor.recoveryHelp': 'Enter one of your recovery codes. Each works once.',
  'secondFactor.trust': (days: number) =>
    plural(days, {
      one: 'Trust this device for one day',
      other: 'Trust this device for # days',
    }),
  'secondFactor.useApp': 'Use the authenticator app',
  'secondFactor.useRecoveryCode': 'Use a recovery code',
  'secondFactor.noWay': 'I cannot use any of these',
  'secondFactor.noWayHelp':
    'Your administrator can remove the second factor from your account. Then sign in again and set up an authenticator app on a new device.',
  'secondFactor.support': 'Contact support',

  'enrol.title': 'Set up an authenticator app',
  'enrol.anotherTitle': 'Add an authenticator app',
  'enrol.doneTitle': 'Your authenticator app is set up',
  'enrol.done': 'From now on, you enter its code when you sign in.',
  'enrol.required':
    'Your account requires a second factor. Set up an authenticator app to continue.',
  'enrol.explanation':
    'An authenticator app on your phone shows a new 6-digit code every 30 seconds.',
  'enrol.protectsPassword': 'With it, a stolen password is not enough to sign in to your account.',
  'enrol.keepsWorking': 'The apps that you have set up keep working.',
  'enrol.anyApp': 'You can use any authenticator app. Many password managers include one.',
  'enrol.name': 'Name of the app (optional)',
  'enrol.nameHelp': 'For example “Phone”. The name distinguishes your apps.',
  'enrol.start': 'Set up',
  'enrol.addTitle': '1. Add the account to your app',
  'enrol.scan': 'Scan this QR code with your authenticator app.',
  'enrol.qr': 'QR code with the key for your authenticator app. The key is also below as text.',
  'enrol.openApp': 'Open in the authenticator app on this device',
  'enrol.key': 'Or enter this key in the app:',
  'enrol.copyKey': 'Copy key',
  'enrol.codeTitle': '2. Enter the code from the app',
  'enrol.confirm': 'Confirm',

  'reauthenticate.title': 'Sign in again to continue',
  'reauthenticate.reason': 'Your last sign-in is too long ago for this action.',
  'reauthenticate.withPassword': 'Enter your password.',
  'reauthenticate.withProvider': 'Sign in at your provider again.',
  'reauthenticate.withSignOut': 'Sign out and sign in again.',
  'reauthenticate.signOut': 'Sign out and sign in again',

  'factor.pwd': 'password',
  'factor.otp': 'authenticator app',
  'factor.passkey': 'passkey',
  'factor.rc': 'recovery code',
  'factor.sms': 'text message',
  'factor.fpt': 'fingerprint',
  'factor.face': 'face recognition',
  'factor.pin': 'PIN',
  'factor.provider': 'a sign-in provider',
  'factor.then': (first: string, second: string) => `${first}, then ${second}`,

  'copy.copy': 'Copy',
  'copy.copyId': 'Copy ID',
  'copy.done': 'Copied',
  'copy.failed': 'Copying failed. Select the text and copy it.',
};
