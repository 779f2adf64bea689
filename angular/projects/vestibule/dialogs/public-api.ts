/* Sign-in and re-authentication over the page. */
export { withSignInDialog } from './provide';
export type { SignInDialogOptions } from './options';
/* Used by the portal only. */
export { ProofPrompt as ɵProofPrompt } from './proof-prompt';
