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
  'newPassword.unchanged': 'This is your current password. Choose a different one.',
  'newPassword.not_checked': 'The password cannot be checked now. Try again later.',
  'strength.0': 'Strength: very weak.',
  'strength.1': 'Strength: weak.',
  'strength.2': 'Strength: medium.',
  'strength.3': 'Strength: good.',
  'strength.4': 'Strength: very good.',
  'strength.row_of_keys': 'A row of keys is easy to guess.',
  'strength.keyboard_pattern': 'A pattern on the keyboard is easy to guess.',
  'strength.repetition': 'Repetitions are easy to guess.',
  'strength.common': 'It is similar to a common password.',
  'strength.sequence': 'Sequences such as “abc” are easy to guess.',
  'strength.year': 'Years are easy to guess.',
  'strength.date': 'Dates are easy to guess.',
  'strength.one_word': 'One word alone is easy to guess.',
  'strength.name': 'Names alone are easy to guess.',
  'strength.add_words': 'Add one or two uncommon words.',
  'strength.capitals_add_little': 'Capital letters add little.',
  'strength.reversed_words_add_little': 'Reversed words add little.',
  'strength.substitutions_add_little': 'Replacements such as “@” for “a” add little.',
  'strength.avoid_keyboard_patterns': 'Avoid patterns on the keyboard.',
  'strength.avoid_repetition': 'Avoid repeated words and characters.',
  'strength.avoid_sequences': 'Avoid sequences.',
  'strength.avoid_dates': 'Avoid years and dates.',
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
  'forgot.noPasswords':
    'This service has no passwords. If you can no longer sign in, ask your administrator for a link with which you create a passkey.',
  'forgot.back': 'Back to sign-in',
  'reset.title': 'Set a new password',
  'reset.help':
    'All your sessions end. Then sign in with the new password, and with your second factor if you have one.',
  'reset.done': 'All your sessions have ended. Sign in with the new password.',
  'reset.expired': 'It was already used, or it is older than 30 minutes. Request a new link.',
  'reset.requestNew': 'Request a new link',
  'reset.passkeyTitle': 'Create a passkey',
  'reset.passkeyHelp':
    'From now on, you sign in with it: with your fingerprint, your face or the screen lock of this device, or with a security key. All your sessions end.',
  'reset.passkeyDoneTitle': 'Your passkey is created',
  'reset.passkeyDone': 'All your sessions have ended. Sign in with the passkey.',
  'reset.passkeyExpired':
    'It was already used, or it is too old. Ask your administrator for a new link.',
  'changePassword.title': 'Change your password',
  'changePassword.required': 'Your account needs a new password before you can continue.',
  'changePassword.effect': 'Your other sessions end when you save it.',
  'changePassword.noPassword': 'Your account has no password. You sign in at a provider.',
  'changePassword.notOffered':
    'This service has no passwords. You sign in with a passkey or at a provider.',
  'changePassword.setTitle': 'Set a password',
  'changePassword.setEffect': 'You can then also sign in without your provider.',
  'changePassword.doneTitle': 'Your password was changed',
  'changePassword.done': 'Your other sessions have ended.',
};
