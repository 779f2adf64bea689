import { Component, computed, inject, input, output } from '@angular/core';
import { Router } from '@angular/router';
import { Session } from '@vestibule/angular';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { ReauthenticateWithFactor } from './reauthenticate-with-factor';
import { ReauthenticateWithPassword } from './reauthenticate-with-password';
import { ReauthenticateWithProvider } from './reauthenticate-with-provider';

const PROVIDER_PREFIX = 'provider:';

/** Second factors that are a code. A user who has a factor proves it: the password or a provider is not enough. */
const CODES: readonly string[] = ['totp', 'emailCode', 'smsCode', 'recoveryCode'];

/** The methods that the server accepts: a second factor alone, or the password and providers. */
@Component({
  selector: 'vestibule-reauthentication-methods',
  imports: [
    FailureBox,
    ReauthenticateWithFactor,
    ReauthenticateWithPassword,
    ReauthenticateWithProvider,
  ],
  templateUrl: './reauthentication-methods.html',
})
export class ReauthenticationMethods {
  private readonly passkeys = inject(Passkeys);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly methods = input.required<readonly string[]>();
  readonly reauthenticated = output();
  readonly cancelled = output();

  protected readonly text = inject(TEXT);
  protected readonly usesFactor = computed(() =>
    this.methods().some(
      (method) => CODES.includes(method) || (method === 'passkey' && this.passkeys.usable()),
    ),
  );
  protected readonly usesPassword = computed(() => this.methods().includes('password'));
  protected readonly providers = computed(() =>
    this.methods()
      .filter((method) => method.startsWith(PROVIDER_PREFIX))
      .map((method) => method.slice(PROVIDER_PREFIX.length)),
  );
  /** The provider does not support `prompt=login`, or a newer server requires a method that this page does not have. */
  protected readonly noMethod = computed(
    () => !this.usesFactor() && !this.usesPassword() && this.providers().length === 0,
  );
  protected readonly instruction = computed(() => {
    // The form says which one.
    if (this.usesFactor()) return '';
    if (this.usesPassword()) return this.text('reauthenticate.withPassword');
    return this.text(
      this.noMethod() ? 'reauthenticate.withSignOut' : 'reauthenticate.withProvider',
    );
  });
  protected readonly signingOut = new Attempt();

  protected async signInAgain(): Promise<void> {
    await this.signingOut.run(() => this.session.signOut({ to: this.router.url }));
  }
}
