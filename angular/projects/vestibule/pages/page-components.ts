type LaterPages = typeof import('./login/later-pages');

function laterPage<K extends keyof LaterPages>(name: K): () => Promise<LaterPages[K]> {
  return async () => (await import('./login/later-pages'))[name];
}

/**
 * The pages as components, for routes and layouts of your own. Each function loads the code of one page. The components read
 * `returnTo` and their other parameters from the query of the URL.
 *
 * @example
 * ```ts
 * { path: 'login', canActivate: [textGuard, guestGuard], loadComponent: pageComponents.signIn }
 * ```
 */
export const pageComponents = {
  /** Password login, passkeys and the list of providers. */
  signIn: async () => (await import('./login/sign-in')).SignIn,
  /** `?provider=`: the user confirms a federated login that another page started. */
  confirmLogin: async () => (await import('./login/federated/confirm-login')).ConfirmLogin,
  /** `?error=`: a federated login was refused. */
  federatedError: async () => (await import('./login/federated/federated-error')).FederatedError,
  /** The second factor: a passkey, a code of the authenticator app, or a recovery code. */
  secondFactor: async () => (await import('./login/after-first-view')).SecondFactor,
  /** Enrolment of a passkey or an authenticator app. */
  enrolment: async () =>
    (await import('./login/second-factor/enrol-authenticator')).EnrolAuthenticator,
  /** The user signs in to an existing account and links the identity of a provider to it. */
  link: async () => (await import('./login/federated/account-linking/link')).Link,
  /** The user signs in again before an action that requires it. */
  reauthenticate: async () =>
    (await import('./login/reauthenticate/reauthenticate')).Reauthenticate,
  /** The user requests a link with which to set a new password. */
  forgotPassword: laterPage('ForgotPassword'),
  /** `#token=`: the user sets a new password with the link of a message. */
  resetPassword: laterPage('ResetPassword'),
  /** A signed-in user changes the password, or must change it before the sign-in is complete. */
  changePassword: laterPage('ChangePassword'),
  /** `#token=`: the user confirms an email address. */
  confirmEmail: laterPage('ConfirmEmail'),
  /** `#token=`: the user cancels a change of the email address. */
  cancelEmail: laterPage('CancelEmail'),
  /** `#token=`, or signed in: the user reports an action that was not their own. */
  notMe: laterPage('NotMe'),
  /** The end of a sign-in in a window of its own. */
  signedIn: async () => (await import('./login/signed-in/signed-in')).SignedIn,
  /** Profile, session and sign-in methods of the user. */
  account: async () => (await import('./account/dashboard')).Dashboard,
} as const;
