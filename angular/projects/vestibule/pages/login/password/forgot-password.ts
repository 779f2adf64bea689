import { Component, ElementRef, computed, inject, signal, viewChild } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, ServiceSettings, VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Passwords } from '../../api/passwords';
import { Providers } from '../../api/providers';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { VestibuleRoot } from '../../ui/vestibule-root';

/** The page `/forgot-password`: requests a reset link. It does not say whether an account has the address. */
@Component({
  selector: 'vestibule-forgot-password',
  hostDirectives: [VestibuleRoot],
  imports: [FailureBox, FocusWhen],
  templateUrl: './forgot-password.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
  `,
})
export class ForgotPassword {
  private readonly api = inject(Passwords);
  private readonly returnTargets = inject(ReturnTo);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  private readonly emailField = viewChild.required<ElementRef<HTMLInputElement>>('email');

  protected readonly attempt = new Attempt();
  protected readonly incomplete = signal(false);
  /** The address to which the link was sent. */
  protected readonly sentTo = signal<string | null>(null);
  /** Without mail there is no link. It is unknown until the service has sent its settings. */
  protected readonly mail = computed(() => this.settings.current().mail !== false);
  protected readonly passwords = computed(() => this.settings.current().passwords !== false);
  protected readonly signInUrl = this.urlOfSignIn();

  constructor() {
    // In an application of its own origin, the settings come with the list of providers.
    if (this.settings.current().mail === undefined) void inject(Providers).load();
  }

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.attempt.busy() || this.attempt.waiting()) return;
    const field = this.emailField().nativeElement;
    const email = field.value.trim();
    this.attempt.failure.set(null);
    this.incomplete.set(!/^\S+@\S+$/.test(email));
    if (!this.incomplete()) {
      await this.attempt.run(async () => {
        await this.api.forgot(email);
        this.sentTo.set(email);
      });
    }
    if (this.sentTo() === null) field.focus();
  }

  /** Keeps the page to which the user wants to return. */
  private urlOfSignIn(): string {
    const { loginPath } = inject(VESTIBULE_OPTIONS);
    const query = inject(ActivatedRoute).snapshot.queryParamMap;
    const returnTo = this.returnTargets.read(query.get('returnTo'));
    const params = returnTo === null ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
    return this.returnTargets.of(loginPath + params);
  }
}
