import { Component, computed, inject, linkedSignal } from '@angular/core';
import { ReturnTo, Session, VESTIBULE_OPTIONS, problemOf } from '@vestibule/angular';
import { Passwords } from '../../api/passwords';
import { TEXT } from '../../text/text-loader';
import { FocusWhen } from '../../ui/focus-when';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { injectLinkToken } from '../mail-links/link-token';
import { NewPassword, NewPasswordForm } from './new-password/new-password-form';

/** The page `/reset-password#token=`: sets a new password with the link of a message. */
@Component({
  selector: 'vestibule-reset-password',
  hostDirectives: [VestibuleRoot],
  imports: [FocusWhen, NewPasswordForm],
  templateUrl: './reset-password.html',
})
export class ResetPassword {
  private readonly options = inject(VESTIBULE_OPTIONS);
  private readonly passwords = inject(Passwords);
  private readonly returnTargets = inject(ReturnTo);
  private readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  protected readonly token = injectLinkToken();
  /** Another link on the same page starts again. */
  protected readonly state = linkedSignal<'open' | 'incomplete' | 'expired' | 'done'>(() =>
    this.token() === null ? 'incomplete' : 'open',
  );
  protected readonly title = computed(() => {
    switch (this.state()) {
      case 'open':
        return this.text('reset.title');
      case 'incomplete':
        return this.text('mailLink.incompleteTitle');
      case 'expired':
        return this.text('mailLink.expiredTitle');
      case 'done':
        return this.text('changePassword.doneTitle');
    }
  });
  protected readonly signInUrl = this.returnTargets.of(this.options.loginPath);
  protected readonly forgotUrl = this.returnTargets.of('/forgot-password');

  protected readonly save = async ({ next }: NewPassword): Promise<void> => {
    try {
      await this.passwords.reset(this.token() ?? '', next);
      this.state.set('done');
      // The reset has ended all sessions of the account, also one in this browser.
      if (this.session.hasSession()) void this.session.refresh().catch(() => undefined);
    } catch (error) {
      if (problemOf(error)?.code !== 'token_invalid') throw error;
      this.state.set('expired');
    }
  };
}
