import { Component, DestroyRef, computed, inject, output, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Session } from '@vestibule/angular';
import { accountFailureOf } from '../../api/account-sentences';
import { Reauthentication } from '../../api/reauthentication';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';

/** Re-authenticates with the password. The hidden user name lets password managers find the entry. */
@Component({
  selector: 'vestibule-reauthenticate-with-password',
  imports: [FormField, FailureBox],
  template: `
    <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <input type="text" autocomplete="username" readonly hidden [value]="name()" />
      <div class="field">
        <label for="reauthentication-password">Password</label>
        <input
          id="reauthentication-password"
          type="password"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck="false"
          [formField]="form.password"
          [attr.aria-invalid]="incomplete() && form.password().invalid()"
          aria-describedby="reauthentication-password-error"
        />
        <p id="reauthentication-password-error" class="field-error">
          {{ incomplete() ? (form.password().errors()[0]?.message ?? '') : '' }}
        </p>
      </div>
      <div class="actions">
        <button type="submit" class="button">
          {{ form().submitting() ? 'Checking…' : 'Continue' }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class ReauthenticateWithPassword {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly reauthenticated = output();

  private readonly model = signal({ password: '' });

  protected readonly form = form(
    this.model,
    (path) => required(path.password, { message: 'Enter your password.' }),
    { name: 'reauthentication' },
  );
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? '';
  });
  /** The form was sent with an empty field. The form also clears a wrong password, which is not such a case. */
  protected readonly incomplete = signal(false);
  protected readonly attempt = new Attempt(accountFailureOf);

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.form().submitting()) return;
    this.incomplete.set(false);
    this.attempt.failure.set(null);
    await submit(this.form, {
      action: () => this.sendPassword(),
      onInvalid: (form) => {
        this.incomplete.set(true);
        form.password().focusBoundControl();
      },
    });
  }

  private async sendPassword(): Promise<undefined> {
    await this.attempt.run(async () => {
      // The session id has changed, also if the user closed the dialog before the response.
      this.session.apply(await this.reauthentication.withPassword(this.model().password));
      if (!this.destroyed.destroyed) this.reauthenticated.emit();
    });
    const failure = this.attempt.failure();
    if (failure?.code === 'password_wrong') this.form.password().reset('');
    if (failure) this.form.password().focusBoundControl();
  }
}
