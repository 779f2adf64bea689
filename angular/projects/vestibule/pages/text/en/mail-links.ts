/** Texts of the pages that a link in a message opens. */
export const mailLinks = {
  'mailLink.incompleteTitle': 'This link is not complete',
  'mailLink.incomplete': 'Open the link in the message again, or copy its whole address.',
  'mailLink.expiredTitle': 'This link no longer works',
  'confirmEmail.title': 'Confirm your email address',
  'confirmEmail.help': 'The account uses this address only after you confirm it.',
  'confirmEmail.action': 'Confirm the address',
  'confirmEmail.doneTitle': 'Your email address is confirmed',
  'confirmEmail.done': 'Your account now uses this address.',
  'confirmEmail.expired':
    'It was already used, it has expired, or a newer one was sent. Request a new one in your account.',
  'cancelEmail.title': 'Keep the old email address',
  'cancelEmail.help':
    'A new email address was set or requested for your account. If you did not do this, cancel it.',
  'cancelEmail.action': 'Cancel the change',
  'cancelEmail.doneTitle': 'The change is cancelled',
  'cancelEmail.done':
    'Your account keeps its old email address. If you did not request the change, set a new password.',
  'cancelEmail.expired':
    'The change was already cancelled, or it is older than 7 days. Ask your administrator.',
  'notMe.title': 'This was not me',
  'notMe.help':
    'If you did not do what the message describes, secure your account. All sessions end, no device is trusted any more, a change of the email address is cancelled, and the password must be changed.',
  'notMe.action': 'Secure my account',
  'notMe.doneTitle': 'Your account is secured',
  'notMe.done': 'All sessions have ended. Now set a new password.',
  'notMe.expired':
    'It was already used, or it is older than 7 days. Sign in and change your password.',
  'notMe.newPassword': 'Set a new password by email',
};
