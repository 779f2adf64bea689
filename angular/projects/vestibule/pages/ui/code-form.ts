import { Component, computed, inject, input, signal, viewChild } from '@angular/core';
import { Failure } from '../api/failure';
import { TEXT } from '../text/text-loader';
import { Attempt } from './attempt';
import { codeFailureOf } from './code-failure';
import { CodeField, CodeMethod, isCode, withoutSeparators } from './code-field';
import { FailureBox } from './failure-box';

/**
 * The form for a code of the authenticator app, for one that came by message, or for a recovery code. Its content is placed
 * beside the submit button, the part with the attribute `options` above it.
 */
@Component({
  selector: 'vestibule-code-form',
  imports: [CodeField, FailureBox],
  template: `
    <vestibule-failure-box [failure]="codeFailure() ?? attempt.failure()" [takesFocus]="false" />
    <form novalidate (submit)="send($event)">
      <vestibule-code-field
        [method]="method()"
        [describedBy]="describedBy()"
        [initialFocus]="initialFocus()"
        [(value)]="code"
        [invalid]="invalid()"
        (completed)="send()"
      />
      <ng-content select="[options]" />
      <div class="actions">
        <button type="submit" class="button" [attr.aria-disabled]="attempt.waiting() ? true : null">
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
  readonly method = input<CodeMethod>('totp');
  /** When the code expires that was sent by message, in milliseconds of this machine's clock; `null` if it is unknown. */
  readonly expiresAt = input<number | null>(null);
  readonly submitLabel = input('');
  readonly describedBy = input('');
  readonly initialFocus = input(false);

  private readonly field = viewChild.required(CodeField);

  protected readonly code = signal('');
  private readonly submitted = signal(false);
  protected readonly invalid = computed(
    () => this.submitted() && !isCode(this.code(), this.method()),
  );
  protected readonly attempt = new Attempt();
  /** What is wrong with the code, if more is known than that it was refused. */
  protected readonly codeFailure = signal<Failure | null>(null);

  /** Empties and focuses the field, for a code of another method. */
  restart(): void {
    this.code.set('');
    this.submitted.set(false);
    // The server counts the attempts of each method apart.
    this.attempt.failure.set(null);
    this.codeFailure.set(null);
    this.field().focus();
  }

  protected async send(event?: Event): Promise<void> {
    event?.preventDefault();
    if (this.attempt.busy() || this.attempt.waiting()) return;
    this.attempt.failure.set(null);
    this.codeFailure.set(null);
    this.submitted.set(true);
    if (this.invalid()) {
      this.field().focus();
      return;
    }
    this.submitted.set(false);
    await this.attempt.run(() => this.run(withoutSeparators(this.code())));
    if (!this.attempt.failure()) return;
    this.code.set('');
    // The alert is announced without the focus, and the user can type the next code at once.
    this.field().focus();
  }

  private async run(code: string): Promise<void> {
    try {
      await this.verify()(code);
    } catch (error) {
      this.codeFailure.set(codeFailureOf(error, this.method(), this.expiresAt()));
      throw error;
    }
  }
}
