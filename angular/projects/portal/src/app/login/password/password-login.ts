import { Component, inject, output, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Session } from 'vestibule';
import { Failure, failureOf } from '../../api/failure';
import { Login } from '../../api/login';
import { Providers } from '../../api/providers';
import { FailureBox } from '../../ui/failure-box';

/** The local door: user name and password. Where it leads to is the session's business. */
@Component({
  selector: 'app-password-login',
  imports: [FormField, FailureBox],
  templateUrl: './password-login.html',
  styleUrl: './password-login.css',
})
export class PasswordLogin {
  private readonly login = inject(Login);
  private readonly providers = inject(Providers);
  private readonly session = inject(Session);

  readonly attempted = output();

  private readonly model = signal({ username: '', password: '' });

  protected readonly form = form(
    this.model,
    (path) => {
      required(path.username, { message: 'Enter your user name or email address.' });
      required(path.password, { message: 'Enter your password.' });
    },
    { name: 'sign-in' },
  );
  /** The last attempt left something out; a refused password, which is cleared, is not that. */
  protected readonly incomplete = signal(false);
  protected readonly passwordShown = signal(false);
  protected readonly capsLock = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    if (this.form().submitting()) return;
    this.attempted.emit();
    this.incomplete.set(false);
    this.failure.set(null);
    // Shown text is no password to a browser: it would neither guard nor offer to save it.
    this.passwordShown.set(false);
    await submit(this.form, {
      action: () => this.pass(),
      onInvalid: (form) => {
        this.incomplete.set(true);
        form().errorSummary()[0]?.fieldTree().focusBoundControl();
      },
    });
  }

  protected watchCapsLock(event: KeyboardEvent | MouseEvent): void {
    this.capsLock.set(event.getModifierState('CapsLock'));
  }

  private async pass(): Promise<undefined> {
    const { username, password } = this.model();
    try {
      const { session } = await this.login.withPassword(username, password);
      this.providers.rememberLastUsed(null);
      this.session.apply(session);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'invalid_credentials') this.form.password().reset('');
      this.failure.set(failure);
    }
  }
}
