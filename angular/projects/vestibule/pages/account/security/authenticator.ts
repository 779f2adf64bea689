import { Component, computed, inject, input, output, signal } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { FactorsApi, Totp } from '../../api/factors';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { Attempt } from '../../ui/attempt';
import { ConfirmButton } from '../../ui/confirm-button';
import { FailureBox } from '../../ui/failure-box';
import { FocusInput } from '../../ui/focus-input';
import { FocusWhen } from '../../ui/focus-when';

/** An authenticator app of the account. Its user can rename and remove it. */
@Component({
  selector: 'vestibule-authenticator',
  imports: [ConfirmButton, FailureBox, FocusInput, FocusWhen],
  templateUrl: './authenticator.html',
  styleUrl: '../cards.css',
})
export class Authenticator {
  private readonly api = inject(FactorsApi);
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly app = input.required<Totp>();
  /** Whether the account has no other app. The server refuses to remove a required one, with the reason. */
  readonly only = input(false);
  /** The app was renamed or removed: the message says so. */
  readonly changed = output<Message>();

  protected readonly renaming = signal(false);
  protected readonly closed = signal(false);
  protected readonly attempt = new Attempt();
  protected readonly lastUsed = computed(() => {
    const time = this.app().lastUsedAt;
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('authenticators.notUsed');
  });

  protected readonly remove = async (): Promise<void> => {
    try {
      await this.api.remove(this.app().id);
    } catch (error) {
      // Another tab has already removed it.
      if (problemOf(error)?.code !== 'not_found') throw error;
    }
    const { name } = this.app();
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
      const { id } = this.app();
      const done = await this.reauthenticator.run(() => this.api.rename(id, name.trim()));
      if (!done) return;
      this.renaming.set(false);
      this.changed.emit((text) => text('authenticators.renamed', name.trim()));
    });
  }
}
