import { Component, DestroyRef, inject, output, signal } from '@angular/core';
import { FormField, form, submit, validate } from '@angular/forms/signals';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { Reauthentication } from '../../api/reauthentication';
import { CodeField, digitsOf, isCode } from '../../ui/code-field';
import { FailureBox } from '../../ui/failure-box';

/** A fresh proof by a code of the authenticator app. */
@Component({
  selector: 'app-reauthenticate-with-code',
  imports: [FormField, CodeField, FailureBox],
  template: `
    <app-failure-box [failure]="failure()" [takesFocus]="false" />
    <form novalidate (submit)="prove($event)">
      <app-code-field [formField]="form.code" [showErrors]="tried()" (arrived)="prove()" />
      <div class="actions">
        <button type="submit" class="button">
          {{ form().submitting() ? 'Checking…' : 'Continue' }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class ReauthenticateWithCode {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly reauthenticated = output();

  private readonly model = signal({ code: '' });

  protected readonly form = form(this.model, (path) => {
    validate(path.code, ({ value }) =>
      isCode(value()) ? undefined : { kind: 'code', message: 'Enter the 6 digits of the code.' },
    );
  });
  protected readonly tried = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  protected async prove(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.form().submitting()) return;
    this.tried.set(true);
    this.failure.set(null);
    await submit(this.form, {
      action: () => this.send(),
      onInvalid: (form) => form.code().focusBoundControl(),
    });
  }

  private async send(): Promise<undefined> {
    try {
      this.session.apply(await this.reauthentication.withCode(digitsOf(this.model().code)));
      // Who has given up meanwhile has a new session id all the same.
      if (!this.destroyed.destroyed) this.reauthenticated.emit();
    } catch (error) {
      this.tried.set(false);
      this.form.code().reset('');
      this.failure.set(accountFailureOf(error));
      this.form.code().focusBoundControl();
    }
  }
}
