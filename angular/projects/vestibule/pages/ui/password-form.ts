import { Component, ElementRef, inject, input, signal } from '@angular/core';
import { TEXT } from '../text/text-loader';
import { Attempt } from './attempt';
import { FailureBox } from './failure-box';

/**
 * The form for the password of a known account. The hidden user name lets password managers find the entry. Its content
 * is placed beside the submit button.
 */
@Component({
  selector: 'vestibule-password-form',
  imports: [FailureBox],
  template: `
    <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <input type="text" autocomplete="username" readonly hidden [value]="username()" />
      <div class="field">
        <label for="vestibule-password">{{ text('signIn.password') }}</label>
        <input
          id="vestibule-password"
          name="password"
          type="password"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck="false"
          dir="auto"
          [attr.aria-invalid]="incomplete()"
          aria-describedby="vestibule-password-error"
          (input)="incomplete.set(false)"
        />
        <p id="vestibule-password-error" class="field-error">
          {{ incomplete() ? text('signIn.enterPassword') : '' }}
        </p>
      </div>
      <div class="actions">
        <button type="submit" class="button" [attr.aria-disabled]="attempt.waiting() ? true : null">
          {{ attempt.busy() ? text('code.checking') : text('common.continue') }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
  styles: `
    /* Also if the application gives its fields another display. */
    input[hidden] {
      display: none;
    }
  `,
})
export class PasswordForm {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  readonly username = input.required<string>();
  /** Sends the password to the server. A rejected promise becomes the failure that the form shows. */
  readonly verify = input.required<(password: string) => Promise<void>>();

  protected readonly text = inject(TEXT);
  protected readonly incomplete = signal(false);
  protected readonly attempt = new Attempt();

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.host.nativeElement.querySelector<HTMLInputElement>('#vestibule-password');
    if (!field || this.attempt.busy() || this.attempt.waiting()) return;
    this.incomplete.set(field.value === '');
    this.attempt.failure.set(null);
    if (field.value !== '') await this.attempt.run(() => this.verify()(field.value));
    const failure = this.attempt.failure();
    if (!failure && !this.incomplete()) return;
    if (failure?.code === 'password_wrong' || failure?.code === 'invalid_credentials')
      field.value = '';
    // The alert is announced without the focus, and the user can type the next password at once.
    field.focus();
  }
}
