import { isolate } from '../isolate';

/** Texts about new and forgotten passwords. */
export const password = {
  'newPassword.label': 'New password',
  'newPassword.current': 'Current password',
  'newPassword.length': (min: number) =>
    `Use at least ${min} characters. Several words in a row are easy to remember.`,
  'newPassword.enter': 'Enter a new password.',
  'newPassword.enterCurrent': 'Enter your current password.',
  'newPassword.save': 'Save the new password',
  'newPassword.saving': 'Saving…',
  'newPassword.too_short': (min: number) =>
    `This password is too short. Use at least ${min} characters.`,
  'newPassword.too_long': 'This password is too long. Use a shorter one.',
  'newPassword.common':
    'Many users have this password, so attackers try it first. Choose a different one.',
  'newPassword.breached': 'This password is in a list of stolen passwords. Choose a different one.',
  'newPassword.contains_context':
    'This password contains your name, your address or the name of this service. Choose one without them.',
  'strength.0': 'Strength: very weak.',
  'strength.1': 'Strength: weak.',
  'strength.2': 'Strength: medium.',
  'strength.3': 'Strength: good.',
  'strength.4': 'Strength: very good.',
  'forgot.title': 'Forgotten password',
  'forgot.help':
    'Enter the email address of your account. You receive a message with a link to set a new password.',
  'forgot.email': 'Email address',
  'forgot.enterEmail': 'Enter your email address, for example name@example.org.',
  'forgot.send': 'Send the link',
  'forgot.sentTitle': 'Check your email',
  'forgot.sent': (email: string) =>
    `If an account has the address ${isolate(email)}, it receives a message with a link. The link works for 30 minutes.`,
  'forgot.notReceived':
    'If no message arrives, check the address and the spam folder. If you have no access to the address, ask your administrator.',
  'forgot.noMail': 'This service sends no email. Ask your administrator for a new password.',
  'forgot.back': 'Back to sign-in',
  'reset.title': 'Set a new password',
  'reset.help':
    'All your sessions end. Then sign in with the new password, and with your second factor if you have one.',
  'reset.done': 'All your sessions have ended. Sign in with the new password.',
  'reset.expired': 'It was already used, or it is older than 30 minutes. Request a new link.',
  'reset.requestNew': 'Request a new link',
  'changePassword.title': 'Change your password',
  'changePassword.required': 'Your account needs a new password before you can continue.',
  'changePassword.effect': 'Your other sessions end when you save it.',
  'changePassword.noPassword': 'Your account has no password. You sign in at a provider.',
  'changePassword.setTitle': 'Set a password',
  'changePassword.setEffect': 'You can then also sign in without your provider.',
  'changePassword.doneTitle': 'Your password was changed',
  'changePassword.done': 'Your other sessions have ended.',
};
