import { Component, inject, signal } from '@angular/core';
import { FormField, form, submit, validate } from '@angular/forms/signals';
import { Session } from 'vestibule';
import { Failure, failureOf } from '../../api/failure';
import { Mfa } from '../../api/mfa';
import { CodeField, digitsOf, isCode } from '../../ui/code-field';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { FailureBox } from '../../ui/failure-box';

/** The step between the password and the session: a code of the authenticator app. */
@Component({
  selector: 'app-second-factor',
  imports: [FormField, CodeField, SignInIllustration, FailureBox],
  templateUrl: './second-factor.html',
})
export class SecondFactor {
  private readonly mfa = inject(Mfa);
  private readonly session = inject(Session);

  private readonly model = signal({ code: '' });

  protected readonly form = form(this.model, (path) => {
    validate(path.code, ({ value }) =>
      isCode(value()) ? undefined : { kind: 'code', message: 'Enter the 6 digits of the code.' },
    );
  });
  protected readonly tried = signal(false);
  protected readonly cancelling = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  protected async verify(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.form().submitting()) return;
    this.tried.set(true);
    this.failure.set(null);
    await submit(this.form, {
      action: () => this.pass(),
      onInvalid: (form) => form.code().focusBoundControl(),
    });
  }

  protected async cancel(): Promise<void> {
    if (this.cancelling()) return;
    this.cancelling.set(true);
    try {
      await this.session.signOut();
    } catch (error) {
      this.failure.set(failureOf(error));
    } finally {
      this.cancelling.set(false);
    }
  }

  private async pass(): Promise<undefined> {
    try {
      this.session.apply((await this.mfa.verify(digitsOf(this.model().code))).session);
    } catch (error) {
      this.tried.set(false);
      this.form.code().reset('');
      this.failure.set(failureOf(error));
      // The alert speaks for itself; the next code can be typed at once.
      this.form.code().focusBoundControl();
    }
  }
}
