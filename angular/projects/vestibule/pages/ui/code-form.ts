import { Component, input, signal } from '@angular/core';
import { FormField, form, submit, validate } from '@angular/forms/signals';
import { accountFailureOf } from '../api/account-sentences';
import { Attempt } from './attempt';
import { CodeField, digitsOf, isCode } from './code-field';
import { FailureBox } from './failure-box';

/** The form for a code of the authenticator app. Its content is placed beside the submit button. */
@Component({
  selector: 'vestibule-code-form',
  imports: [FormField, CodeField, FailureBox],
  template: `
    <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <vestibule-code-field
        [describedBy]="describedBy()"
        [initialFocus]="initialFocus()"
        [formField]="form.code"
        [showErrors]="submitted()"
        (completed)="send()"
      />
      <div class="actions">
        <button type="submit" class="button">
          {{ form().submitting() ? 'Checking…' : submitLabel() }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class CodeForm {
  /** Sends the code to the server. A rejected promise becomes the failure that the form shows. */
  readonly verify = input.required<(code: string) => Promise<void>>();
  readonly submitLabel = input('Continue');
  readonly describedBy = input('');
  readonly initialFocus = input(false);

  private readonly model = signal({ code: '' });

  protected readonly form = form(this.model, (path) => {
    validate(path.code, ({ value }) =>
      isCode(value()) ? undefined : { kind: 'code', message: 'Enter the 6 digits of the code.' },
    );
  });
  protected readonly submitted = signal(false);
  protected readonly attempt = new Attempt(accountFailureOf);

  protected async send(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.form().submitting()) return;
    this.submitted.set(true);
    this.attempt.failure.set(null);
    await submit(this.form, {
      action: () => this.sendCode(),
      onInvalid: (form) => form.code().focusBoundControl(),
    });
  }

  private async sendCode(): Promise<undefined> {
    await this.attempt.run(() => this.verify()(digitsOf(this.model().code)));
    if (!this.attempt.failure()) return;
    this.submitted.set(false);
    this.form.code().reset('');
    // The alert is announced without the focus, and the user can type the next code at once.
    this.form.code().focusBoundControl();
  }
}
