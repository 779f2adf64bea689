import { Component, computed, inject, input, signal, viewChild } from '@angular/core';
import { TEXT } from '../text/text-loader';
import { Attempt } from './attempt';
import { CodeField, digitsOf, isCode } from './code-field';
import { FailureBox } from './failure-box';

/** The form for a code of the authenticator app. Its content is placed beside the submit button. */
@Component({
  selector: 'vestibule-code-form',
  imports: [CodeField, FailureBox],
  template: `
    <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <vestibule-code-field
        [describedBy]="describedBy()"
        [initialFocus]="initialFocus()"
        [(value)]="code"
        [invalid]="invalid()"
        (completed)="send()"
      />
      <div class="actions">
        <button type="submit" class="button">
          {{ attempt.busy() ? text('code.checking') : submitLabel() || text('common.continue') }}
        </button>
        <ng-content />
      </div>
    </form>
  `,
})
export class CodeForm {
  protected readonly text = inject(TEXT);

  /**
   * Sends the code to the server. A rejected promise becomes the failure that the form shows. The form stays busy until
   * the promise is settled, so a promise that includes the navigation prevents a second submit.
   */
  readonly verify = input.required<(code: string) => Promise<void>>();
  readonly submitLabel = input('');
  readonly describedBy = input('');
  readonly initialFocus = input(false);

  private readonly field = viewChild.required(CodeField);

  protected readonly code = signal('');
  private readonly submitted = signal(false);
  protected readonly invalid = computed(() => this.submitted() && !isCode(this.code()));
  protected readonly attempt = new Attempt();

  protected async send(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.attempt.busy()) return;
    this.attempt.failure.set(null);
    this.submitted.set(true);
    if (this.invalid()) {
      this.field().focus();
      return;
    }
    this.submitted.set(false);
    await this.attempt.run(() => this.verify()(digitsOf(this.code())));
    if (!this.attempt.failure()) return;
    this.code.set('');
    // The alert is announced without the focus, and the user can type the next code at once.
    this.field().focus();
  }
}
