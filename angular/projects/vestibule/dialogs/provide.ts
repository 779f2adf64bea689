import { VestibuleFeature, ɵSIGN_IN_PROMPT } from '@vestibule/angular';
import { DialogPrompt } from './dialog-prompt';
import { SIGN_IN_DIALOG, SignInDialogOptions } from './options';

/**
 * Lets users sign in again without losing the page. When a session ends on a guarded page, the page stays, hidden, and a
 * dialog asks for the password, the second factor or the provider. After the sign-in of the same user, failed requests are
 * sent once more. A request that needs a recent proof opens the dialog, too. The code of the dialogs is loaded on first use.
 *
 * @example
 * ```ts
 * provideVestibule(withKeepAlive(), withSignInDialog())
 * ```
 */
export function withSignInDialog(options: SignInDialogOptions = {}): VestibuleFeature {
  return {
    providers: [
      { provide: SIGN_IN_DIALOG, useValue: options },
      DialogPrompt,
      { provide: ɵSIGN_IN_PROMPT, useExisting: DialogPrompt },
    ],
  };
}
