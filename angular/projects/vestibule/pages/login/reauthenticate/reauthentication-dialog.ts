import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
} from '@angular/core';
import { Router } from '@angular/router';
import { Session } from '@vestibule/angular';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { ReauthenticateWithCode } from './reauthenticate-with-code';
import { ReauthenticateWithPassword } from './reauthenticate-with-password';
import { ReauthenticateWithProvider } from './reauthenticate-with-provider';

const PROVIDER_PREFIX = 'provider:';

/** Offers the methods that the server accepts: the code alone, or the password and providers. Escape cancels. */
@Component({
  selector: 'vestibule-reauthentication-dialog',
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

  protected readonly text = inject(TEXT);

  readonly methods = input.required<readonly string[]>();
  /** The URL that a provider returns to. */
  readonly returnTo = input.required<string>();
  /** The dialog closed; `true` if the user re-authenticated. */
  readonly closed = output<boolean>();

  protected readonly usesCode = computed(() => this.methods().includes('totp'));
  protected readonly usesPassword = computed(() => this.methods().includes('password'));
  protected readonly providers = computed(() =>
    this.methods()
      .filter((method) => method.startsWith(PROVIDER_PREFIX))
      .map((method) => method.slice(PROVIDER_PREFIX.length)),
  );
  /** The provider does not support `prompt=login`, or a newer server requires a method that this page does not have. */
  protected readonly noMethod = computed(
    () => !this.usesCode() && !this.usesPassword() && this.providers().length === 0,
  );
  protected readonly instruction = computed(() => {
    if (this.usesCode()) return this.text('reauthenticate.withCode');
    if (this.usesPassword()) return this.text('reauthenticate.withPassword');
    return this.text(
      this.noMethod() ? 'reauthenticate.withSignOut' : 'reauthenticate.withProvider',
    );
  });
  protected readonly signingOut = new Attempt();

  constructor() {
    afterNextRender(() => {
      this.dialog()?.showModal();
      // `showModal` focuses the first focusable element, which is the heading.
      this.dialog()?.querySelector<HTMLElement>('input:not([hidden])')?.focus();
    });
    effect(() => {
      if (!this.session.hasSession()) this.close(false);
    });
  }

  /** Closes the dialog. The browser then returns the focus to the button that opened it. */
  close(reauthenticated: boolean): void {
    this.dialog()?.close();
    this.closed.emit(reauthenticated);
  }

  protected async signInAgain(): Promise<void> {
    await this.signingOut.run(() => this.session.signOut(this.router.url));
  }

  private dialog(): HTMLDialogElement | null {
    return this.host.nativeElement.querySelector('dialog');
  }
}
