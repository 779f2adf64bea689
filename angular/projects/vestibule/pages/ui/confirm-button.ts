import { Component, computed, inject, input, signal } from '@angular/core';
import { Reauthenticator } from '../login/reauthenticate/reauthenticator';
import { TEXT } from '../text/text-loader';
import { Attempt } from './attempt';
import { FailureBox } from './failure-box';
import { FocusWhen } from './focus-when';

let count = 0;

/** A button that explains the effect of its action first and runs the action only after a confirmation. */
@Component({
  selector: 'vestibule-confirm-button',
  imports: [FailureBox, FocusWhen],
  templateUrl: './confirm-button.html',
  styleUrl: './confirm-button.css',
  host: { '[class.asking]': 'asking()' },
})
export class ConfirmButton {
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly text = inject(TEXT);

  readonly label = input.required<string>();
  /** The accessible name, where several buttons have the same label. */
  readonly name = input('');
  readonly question = input.required<string>();
  /** The action is not possible: the question says why. */
  readonly blocked = input(false);
  /** If the server requires a recent proof, the action runs again after it. A rejected promise becomes the failure. */
  readonly action = input.required<() => Promise<void>>();

  protected readonly questionId = `vestibule-question-${++count}`;
  protected readonly asking = signal(false);
  protected readonly closed = signal(false);
  protected readonly attempt = new Attempt();
  protected readonly confirmLabel = computed(() =>
    this.attempt.busy() ? this.text('common.oneMoment') : this.label(),
  );

  protected ask(): void {
    this.closed.set(false);
    this.asking.set(true);
  }

  protected close(): void {
    this.asking.set(false);
    this.closed.set(true);
    this.attempt.failure.set(null);
  }

  protected async confirm(): Promise<void> {
    await this.attempt.run(async () => {
      // The owner moves the focus: what the button belongs to may be gone.
      if (await this.reauthenticator.run(this.action())) this.asking.set(false);
    });
  }
}
