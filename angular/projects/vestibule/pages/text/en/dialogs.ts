/** Texts of the sign-in and re-authentication over a page, and of the pages that belong to them. */
export const dialogs = {
  'dialog.enrolInWindow':
    'Set up the authenticator app in the window that opened. Your input on this page is kept.',
  'dialog.escapeAgain': 'Press Escape again to leave this page. Your input on it will be lost.',
  'dialog.leavePage': 'Leave this page',
  'dialog.openTab': (label: string) => `Sign in with ${label} in a new tab`,
  'dialog.otherWay': 'Use another way',
  'dialog.pageIsKept': 'Sign in to continue. The page and your input on it are kept.',
  'dialog.signInAgain': 'Sign in again',
  'dialog.window': (label: string) => `Sign in with ${label} in the window that opened.`,
  'dialog.windowBlocked': 'The browser blocked the sign-in window.',
  'signedIn.title': 'You are signed in',
  'signedIn.text': 'You can close this window.',
};
