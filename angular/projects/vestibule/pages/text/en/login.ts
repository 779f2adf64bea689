/** Texts of the sign-in page. */
export const login = {
  'signIn.title': 'Sign in',
  'signIn.userName': 'User name or email',
  'signIn.password': 'Password',
  'signIn.showPassword': 'Show password',
  'signIn.capsLock': 'Caps Lock is on.',
  'signIn.enterUserName': 'Enter your user name or email address.',
  'signIn.enterPassword': 'Enter your password.',
  'signIn.forgot': 'Forgot your password?',
  'signIn.remember': 'Keep me signed in on this device',
  'signIn.submit': 'Sign in',
  'signIn.submitting': 'Signing in…',
  'signIn.passkey': 'Sign in with a passkey',
};
