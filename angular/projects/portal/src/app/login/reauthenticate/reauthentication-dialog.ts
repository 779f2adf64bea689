import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { Router } from '@angular/router';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { FailureBox } from '../../ui/failure-box';
import { ReauthenticateWithCode } from './reauthenticate-with-code';
import { ReauthenticateWithPassword } from './reauthenticate-with-password';
import { ReauthenticateWithProvider } from './reauthenticate-with-provider';

const PROVIDER = 'provider:';

/** Asks for exactly what the server says it takes: a code, or else the password or a provider. Escape gives up. */
@Component({
  selector: 'app-reauthentication-dialog',
  imports: [
    FailureBox,
    ReauthenticateWithCode,
    ReauthenticateWithPassword,
    ReauthenticateWithProvider,
  ],
  templateUrl: './reauthentication-dialog.html',
  styleUrl: './reauthentication-dialog.css',
})
export class ReauthenticationDialog {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly methods = input.required<readonly string[]>();
  /** Where a provider leads back to. */
  readonly returnTo = input.required<string>();
  readonly answered = output<boolean>();

  protected readonly usesCode = computed(() => this.methods().includes('totp'));
  protected readonly usesPassword = computed(() => this.methods().includes('password'));
  protected readonly providers = computed(() =>
    this.methods()
      .filter((method) => method.startsWith(PROVIDER))
      .map((method) => method.slice(PROVIDER.length)),
  );
  /** No way here: the provider cannot be told to ask again, or a newer server wants what this page does not know. */
  protected readonly nothing = computed(
    () => !this.usesCode() && !this.usesPassword() && this.providers().length === 0,
  );
  protected readonly askWords = computed(() => {
    if (this.usesCode()) return 'Enter the code that your authenticator app shows now.';
    if (this.usesPassword()) return 'Enter your password once more.';
    return this.nothing() ? 'Sign in anew for it.' : 'Sign in once more for it.';
  });
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    afterNextRender(() => {
      this.dialog()?.showModal();
      // Without a field the keyboard is at the heading, where browsers begin.
      this.dialog()?.querySelector<HTMLElement>('input:not([hidden])')?.focus();
    });
    effect(() => {
      if (!this.session.hasSession()) this.answer(false);
    });
  }

  /** Closed first: then the keyboard is again where the question came from. */
  answer(proven: boolean): void {
    this.dialog()?.close();
    this.answered.emit(proven);
  }

  protected async signInAgain(): Promise<void> {
    this.failure.set(null);
    try {
      await this.session.signOut(this.router.url);
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    }
  }

  private dialog(): HTMLDialogElement | null {
    return this.host.nativeElement.querySelector('dialog');
  }
}
