/* Sign-in and re-authentication over the page. */
export { withSignInDialog } from './provide';
export type { SignInDialogOptions } from './options';
