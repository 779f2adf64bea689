import { InjectionToken } from '@angular/core';

/**
 * Options of `withSignInDialog`.
 *
 * @example
 * ```ts
 * const options: SignInDialogOptions = { atSessionEnd: 'navigate' };
 * provideVestibule(withSignInDialog(options));
 * ```
 */
export interface SignInDialogOptions {
  /**
   * What happens when a session ends on a guarded page. `dialog`: the page stays, hidden, and a dialog asks the user to
   * sign in again. `navigate`: the page is left, and the dialog opens only for re-authentication. Default: `dialog`.
   */
  readonly atSessionEnd?: 'dialog' | 'navigate';
}

export const SIGN_IN_DIALOG = new InjectionToken<SignInDialogOptions>('SIGN_IN_DIALOG');
