import { Component, inject, output, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Session } from '@vestibule/angular';
import { Login } from '../../api/login';
import { Providers } from '../../api/providers';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';

/** The form for user name and password. The library navigates when the session changes. */
@Component({
  selector: 'vestibule-password-login',
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
  /** The form was sent with an empty field. The form also clears a wrong password, which is not such a case. */
  protected readonly incomplete = signal(false);
  protected readonly passwordShown = signal(false);
  protected readonly capsLock = signal(false);
  protected readonly attempt = new Attempt();

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    if (this.form().submitting()) return;
    this.attempted.emit();
    this.incomplete.set(false);
    this.attempt.failure.set(null);
    // Browsers offer to save a password only from a field of type `password`.
    this.passwordShown.set(false);
    await submit(this.form, {
      action: () => this.send(),
      onInvalid: (form) => {
        this.incomplete.set(true);
        form().errorSummary()[0]?.fieldTree().focusBoundControl();
      },
    });
  }

  protected checkCapsLock(event: KeyboardEvent | MouseEvent): void {
    this.capsLock.set(event.getModifierState('CapsLock'));
  }

  private async send(): Promise<undefined> {
    const { username, password } = this.model();
    await this.attempt.run(async () => {
      const { session } = await this.login.withPassword(username, password);
      this.providers.rememberLastUsed(null);
      this.session.apply(session);
    });
    if (this.attempt.failure()?.code === 'invalid_credentials') this.form.password().reset('');
  }
}
