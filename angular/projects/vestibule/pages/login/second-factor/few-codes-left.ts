import { Component, inject, input, output, signal } from '@angular/core';
import { FactorsApi } from '../../api/factors';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';

/** After a sign-in with one of the last recovery codes: says how many are left and offers new ones. */
@Component({
  selector: 'vestibule-few-codes-left',
  imports: [FailureBox, FocusWhen, RecoveryCodes],
  template: `
    @if (codes(); as fresh) {
      <h1 tabindex="-1" [appFocusWhen]="true">{{ text('recovery.title') }}</h1>
      <vestibule-recovery-codes [codes]="fresh" (saved)="done.emit()" />
    } @else {
      <h1 tabindex="-1" [appFocusWhen]="true">{{ text('recovery.fewTitle') }}</h1>
      <p>
        {{ left() > 0 ? text('recovery.left', left()) : text('recovery.noneLeft') }}
        {{ text('recovery.fewHelp') }}
      </p>
      <vestibule-failure-box [failure]="attempt.failure()" />
      <div class="actions">
        <button type="button" class="button" (click)="replace()">
          {{ attempt.busy() ? text('common.oneMoment') : text('recovery.create') }}
        </button>
        <button type="button" class="secondary" (click)="done.emit()">
          {{ text('recovery.later') }}
        </button>
      </div>
    }
  `,
})
export class FewCodesLeft {
  private readonly factors = inject(FactorsApi);
  protected readonly text = inject(TEXT);

  readonly left = input.required<number>();
  /** The user continues. */
  readonly done = output();

  protected readonly codes = signal<readonly string[] | null>(null);
  protected readonly attempt = new Attempt();

  /** The sign-in is the recent proof that the server requires. */
  protected async replace(): Promise<void> {
    await this.attempt.run(async () => this.codes.set(await this.factors.replaceRecoveryCodes()));
  }
}
