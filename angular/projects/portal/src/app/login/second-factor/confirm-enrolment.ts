import { Component, computed, inject, input, output, signal } from '@angular/core';
import { FormField, form, submit, validate } from '@angular/forms/signals';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { Enrolment, Mfa } from '../../api/mfa';
import { CodeField, digitsOf, isCode } from '../../ui/code-field';
import { CopyButton } from '../../ui/copy-button';
import { FailureBox } from '../../ui/failure-box';

/** Hands the secret over to the app, as a picture, a link or a key to type, and confirms it with a code. */
@Component({
  selector: 'app-confirm-enrolment',
  imports: [FormField, CodeField, CopyButton, FailureBox],
  templateUrl: './confirm-enrolment.html',
  styleUrl: './confirm-enrolment.css',
})
export class ConfirmEnrolment {
  private readonly mfa = inject(Mfa);
  private readonly session = inject(Session);

  readonly enrolment = input.required<Enrolment>();
  readonly confirmed = output();
  readonly expired = output<Failure>();
  readonly cancelled = output();

  private readonly model = signal({ code: '' });

  /** A picture, and nothing else that a data URL can be. */
  protected readonly qr = computed(() => only('data:image/svg+xml;base64,', this.enrolment().qr));
  /** A link to an authenticator app, and to nowhere else. */
  protected readonly link = computed(() => only('otpauth://totp/', this.enrolment().otpauthUri));
  protected readonly key = computed(
    () =>
      this.enrolment()
        .secret.match(/.{1,4}/g)
        ?.join(' ') ?? '',
  );
  protected readonly form = form(this.model, (path) => {
    validate(path.code, ({ value }) =>
      isCode(value()) ? undefined : { kind: 'code', message: 'Enter the 6 digits of the code.' },
    );
  });
  protected readonly tried = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  protected async confirm(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.form().submitting()) return;
    this.tried.set(true);
    this.failure.set(null);
    await submit(this.form, {
      action: () => this.verify(),
      onInvalid: (form) => form.code().focusBoundControl(),
    });
  }

  private async verify(): Promise<undefined> {
    try {
      this.session.apply((await this.mfa.verify(digitsOf(this.model().code))).session);
      this.confirmed.emit();
    } catch (error) {
      const failure = accountFailureOf(error);
      if (failure.code === 'no_pending_enrolment') {
        this.expired.emit(failure);
        return;
      }
      this.tried.set(false);
      this.form.code().reset('');
      this.failure.set(failure);
      this.form.code().focusBoundControl();
    }
  }
}

function only(start: string, url: string): string | null {
  return url.startsWith(start) ? url : null;
}
