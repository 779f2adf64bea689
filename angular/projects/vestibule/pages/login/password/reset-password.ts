import { Component, computed, inject, linkedSignal } from '@angular/core';
import {
  ReturnTo,
  ServiceSettings,
  Session,
  VESTIBULE_OPTIONS,
  problemOf,
} from '@vestibule/angular';
import { Passwords } from '../../api/passwords';
import { Providers } from '../../api/providers';
import { TEXT } from '../../text/text-loader';
import { FocusWhen } from '../../ui/focus-when';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { injectLinkToken } from '../mail-links/link-token';
import { NewPassword, NewPasswordForm } from './new-password/new-password-form';
import { ResetToPasskey } from './reset-to-passkey';

/**
 * The page `/reset-password#token=`: sets a new password with the link of a message or of an administrator. If the service has no
 * passwords, the user creates a passkey.
 */
@Component({
  selector: 'vestibule-reset-password',
  hostDirectives: [VestibuleRoot],
  imports: [FocusWhen, NewPasswordForm, ResetToPasskey],
  templateUrl: './reset-password.html',
})
export class ResetPassword {
  private readonly options = inject(VESTIBULE_OPTIONS);
  private readonly api = inject(Passwords);
  private readonly returnTargets = inject(ReturnTo);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  protected readonly passwords = computed(() => this.settings.current().passwords !== false);
  protected readonly token = injectLinkToken();
  /** Another link on the same page starts again. */
  protected readonly state = linkedSignal<'open' | 'incomplete' | 'expired' | 'done'>(() =>
    this.token() === null ? 'incomplete' : 'open',
  );
  protected readonly title = computed(() => {
    switch (this.state()) {
      case 'open':
        return this.text(this.passwords() ? 'reset.title' : 'reset.passkeyTitle');
      case 'incomplete':
        return this.text('mailLink.incompleteTitle');
      case 'expired':
        return this.text('mailLink.expiredTitle');
      case 'done':
        return this.text(this.passwords() ? 'changePassword.doneTitle' : 'reset.passkeyDoneTitle');
    }
  });
  protected readonly expiredText = computed(() =>
    this.passwords() ? 'reset.expired' : 'reset.passkeyExpired',
  );
  protected readonly signInUrl = this.returnTargets.of(this.options.loginPath);
  protected readonly forgotUrl = this.returnTargets.of('/forgot-password');

  constructor() {
    // In an application of its own origin, the settings come with the list of providers.
    if (this.settings.current().passwords === undefined) void inject(Providers).load();
  }

  protected readonly save = async ({ next }: NewPassword): Promise<void> => {
    try {
      await this.api.reset(this.token() ?? '', next);
      this.finish();
    } catch (error) {
      if (problemOf(error)?.code !== 'token_invalid') throw error;
      this.state.set('expired');
    }
  };

  protected finish(): void {
    this.state.set('done');
    // The reset has ended all sessions of the account, also one in this browser.
    if (this.session.hasSession()) void this.session.refresh().catch(() => undefined);
  }
}
