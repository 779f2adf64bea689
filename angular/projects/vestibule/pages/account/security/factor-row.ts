import { Component, inject, input, output, signal } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { FactorsApi } from '../../api/factors';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { TEXT } from '../../text/text-loader';
import type { Message, Translate } from '../../text/texts';
import { Attempt } from '../../ui/attempt';
import { ConfirmButton } from '../../ui/confirm-button';
import { FailureBox } from '../../ui/failure-box';
import { FocusInput } from '../../ui/focus-input';
import { FocusWhen } from '../../ui/focus-when';

/**
 * A second factor of the account. Its user can rename and remove it. The content of the component describes it: it is shown below the
 * name.
 */
@Component({
  selector: 'vestibule-factor-row',
  imports: [ConfirmButton, FailureBox, FocusInput, FocusWhen],
  templateUrl: './factor-row.html',
  styleUrl: '../cards.css',
})
export class FactorRow {
  private readonly api = inject(FactorsApi);
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly text = inject(TEXT);

  readonly factor = input.required<{ readonly id: string; readonly name: string }>();
  /** The label of the field for the name. */
  readonly fieldLabel = input.required<string>();
  /** What the removal means. The server refuses to remove a required factor, with the reason. */
  readonly question = input.required<string>();
  /** The removal is not possible: the question says why. */
  readonly blocked = input(false);
  /** Returns the message after a change of the name. */
  readonly renamed = input.required<(text: Translate, name: string) => string>();
  /** The factor was renamed or removed: the message says so. */
  readonly changed = output<Message>();

  protected readonly renaming = signal(false);
  protected readonly closed = signal(false);
  protected readonly attempt = new Attempt();

  protected readonly remove = async (): Promise<void> => {
    try {
      await this.api.remove(this.factor().id);
    } catch (error) {
      // Another tab has already removed it.
      if (problemOf(error)?.code !== 'not_found') throw error;
    }
    const { name } = this.factor();
    this.changed.emit((text) => text('authenticators.removed', name));
  };

  protected async open(): Promise<void> {
    if (await this.reauthenticator.prepare()) this.renaming.set(true);
  }

  protected close(): void {
    this.renaming.set(false);
    this.closed.set(true);
    this.attempt.failure.set(null);
  }

  protected async rename(event: Event, name: string): Promise<void> {
    event.preventDefault();
    await this.attempt.run(async () => {
      const { id } = this.factor();
      const done = await this.reauthenticator.run(() => this.api.rename(id, name.trim()));
      if (!done) return;
      this.renaming.set(false);
      this.changed.emit((text) => this.renamed()(text, name.trim()));
    });
  }
}
