/* The dialogs of `@vestibule/angular/dialogs`, in one chunk that is loaded on first use. */
export { reauthenticationMethodsOf } from './reauthenticate/methods-of';
export { ReauthenticationDialog } from './reauthenticate/reauthentication-dialog';
export { SignInDialog } from './sign-in-again/sign-in-dialog';
