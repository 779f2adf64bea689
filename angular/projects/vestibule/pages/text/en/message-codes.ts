import { masked } from '../masked';

/** Texts of the codes that the service sends by email or SMS: at the sign-in, at the enrolment and on the account page. */
export const messageCodes = {
  'messageCode.label': '8-digit code',
  'messageCode.invalid': 'Enter the 8 digits of the code.',
  'messageCode.emailHelp': 'Have a code sent to the email address of your account, then enter it.',
  'messageCode.smsHelp': 'Have a code sent by SMS to your phone number, then enter it.',
  'messageCode.useEmail': 'Use a code by email',
  'messageCode.useSms': 'Use a code by SMS',
  'messageCode.send': 'Send a code',
  'messageCode.sending': 'Sending…',
  'messageCode.sendAgain': 'Send another code',
  'messageCode.sendAgainIn': (time: string) => `possible in ${time}`,
  'messageCode.haveCode': 'I already have a code',
  'messageCode.sent': (to: string, until: string) =>
    `A code was sent to ${masked(to)}. It is valid until ${until} and works once.`,
  'messageCode.delayed': (to: string, until: string) =>
    `The code for ${masked(to)} is delayed: it could not be sent yet. It is sent as soon as possible, until ${until} at the latest. If you cannot wait, choose another method.`,
  'messageCode.wrong': 'This code is wrong or no longer valid. Check it, or have another one sent.',
  'messageCode.wrongLimit': 'After 5 wrong attempts, this code is no longer valid.',
  'messageCode.expired': 'This code has expired. Have another one sent.',
  'messageCode.notOffered':
    'The service no longer sends codes in this way. Use another method, or ask your administrator.',
  'messageCode.setUpEnded':
    'This setup has ended: after 10 minutes, or after 5 wrong codes. Start it again.',
  'messageCode.sendLimit': 'No further code can be sent at the moment.',
  'messageCode.administrators':
    'Your account is an administrator account: codes by message are not enough for it. Add an authenticator app or a passkey.',
  'messageCode.noEmail':
    'Your account has no verified email address, so no code can be sent there. Use another method.',
  'messageCode.title': 'Codes by message',
  'messageCode.restricted':
    'Codes by message are less safe than a passkey or an authenticator app: an attacker can obtain a phone number or a mailbox, so the standard NIST SP 800-63B restricts them.',
  'messageCode.otherTitle': 'If you can use neither an app nor a passkey',
  'messageCode.email': 'Codes by email',
  'messageCode.sms': 'Codes by SMS',
  'messageCode.emailStart':
    'A code is sent to the verified email address of your account. Enter it to finish the setup.',
  'messageCode.number': 'Phone number',
  'messageCode.numberHelp':
    'With “+” and the country code, for example +49 151 23456789. A code is sent there.',
  'messageCode.numberInvalid':
    'Enter the whole number with “+” and the country code, for example +49 151 23456789.',
  'messageCode.doneTitle': 'Codes by message are set up',
  'messageCode.done': 'From now on, you can have a code sent when you sign in.',
  'messageCode.none': 'not set up',
  'messageCode.verifyFirst': 'Verify your email address in your profile first.',
  'messageCode.to': (target: string) => `to ${masked(target)}`,
  'messageCode.since': (date: string) => `set up on ${date}`,
  'messageCode.setUpEmail': 'Set up codes by email',
  'messageCode.setUpSms': 'Set up codes by SMS',
  'messageCode.changeNumber': 'Change phone number',
  'messageCode.removeEmail': 'Remove codes by email',
  'messageCode.removeSms': 'Remove codes by SMS',
  'messageCode.removeEmailQuestion':
    'Remove codes by email? No more codes are sent to your address.',
  'messageCode.removeSmsQuestion':
    'Remove codes by SMS? No more codes are sent to your phone, and the number is deleted.',
  'messageCode.removeEffect': 'Your sessions on other devices end.',
  'messageCode.removeOnlyEffect':
    'If it is your only second factor, nothing but your sign-in method protects your account after that, and your recovery codes no longer work. Your sessions on other devices end.',
  'messageCode.added': (kind: string) => `${kind}: set up.`,
  'messageCode.removed': (kind: string) => `${kind}: removed.`,
  'factor.email': 'code by email',
};
