import { Component, DestroyRef, computed, inject, output, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { Reauthentication } from '../../api/reauthentication';
import { FailureBox } from '../../ui/failure-box';

/** A fresh proof by the password; the hidden name tells password managers whose. */
@Component({
  selector: 'app-reauthenticate-with-password',
  imports: [FormField, FailureBox],
  template: `
    <app-failure-box [failure]="failure()" [takesFocus]="false" />
    <form novalidate (submit)="prove($event)">
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
    { name: 'proof' },
  );
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? '';
  });
  /** Sent with nothing in it; a refused password, which is cleared, is not that. */
  protected readonly incomplete = signal(false);
  protected readonly failure = signal<Failure | null>(null);

  protected async prove(event: Event): Promise<void> {
    event.preventDefault();
    if (this.form().submitting()) return;
    this.incomplete.set(false);
    this.failure.set(null);
    await submit(this.form, {
      action: () => this.send(),
      onInvalid: (form) => {
        this.incomplete.set(true);
        form.password().focusBoundControl();
      },
    });
  }

  private async send(): Promise<undefined> {
    try {
      this.session.apply(await this.reauthentication.withPassword(this.model().password));
      // Who has given up meanwhile has a new session id all the same.
      if (!this.destroyed.destroyed) this.reauthenticated.emit();
    } catch (error) {
      const failure = accountFailureOf(error);
      if (failure.code === 'password_wrong') this.form.password().reset('');
      this.failure.set(failure);
      this.form.password().focusBoundControl();
    }
  }
}
