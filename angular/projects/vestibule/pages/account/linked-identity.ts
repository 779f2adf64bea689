import { Component, computed, inject, input, output, signal } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Identities, Identity } from '../api/identities';
import { Reauthenticator } from '../login/reauthenticate/reauthenticator';
import { TEXT } from '../text/text-loader';
import { Attempt } from '../ui/attempt';
import { FailureBox } from '../ui/failure-box';
import { FocusWhen } from '../ui/focus-when';
import { Format } from '../text/format';

/** A linked identity, with the confirmation before it is unlinked. */
@Component({
  selector: 'vestibule-linked-identity',
  imports: [FailureBox, FocusWhen],
  templateUrl: './linked-identity.html',
  styleUrls: ['./sign-in-methods.css', './linked-identity.css'],
})
export class LinkedIdentity {
  private readonly api = inject(Identities);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);
  private readonly reauthenticator = inject(Reauthenticator);

  readonly identity = input.required<Identity>();
  /** Whether this is the only sign-in method of the account. */
  readonly only = input(false);
  readonly unlinked = output();
  /** Another tab had already unlinked it. */
  readonly missing = output();

  protected readonly lastUsed = computed(() => {
    const time = this.identity().lastLoginAt;
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('identity.notUsed');
  });
  protected readonly question = computed(() => {
    const { label, email } = this.identity();
    if (this.only()) return this.text('identity.only', label);
    const question = email
      ? this.text('identity.questionAs', label, email)
      : this.text('identity.question', label);
    return `${question} ${this.text('identity.effect', label)}`;
  });
  protected readonly questionId = computed(() => `unlink-${this.identity().id}`);
  protected readonly confirming = signal(false);
  protected readonly cancelled = signal(false);
  protected readonly attempt = new Attempt();

  protected ask(): void {
    this.cancelled.set(false);
    this.confirming.set(true);
  }

  protected cancel(): void {
    this.confirming.set(false);
    this.cancelled.set(true);
    this.attempt.failure.set(null);
  }

  protected async unlink(): Promise<void> {
    const { id } = this.identity();
    await this.attempt.run(async () => {
      try {
        const done = await this.reauthenticator.run(() => this.api.unlink(id));
        if (done) this.unlinked.emit();
      } catch (error) {
        if (problemOf(error)?.code !== 'not_found') throw error;
        this.missing.emit();
      }
    });
  }
}
