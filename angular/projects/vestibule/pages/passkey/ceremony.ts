import { signal } from '@angular/core';
import { Failure } from '../api/failure';
import { Attempt } from '../ui/attempt';
import { PasskeyFailure, PasskeyFailureKind } from './webauthn';

type Reported = Exclude<PasskeyFailureKind, 'cancelled' | 'aborted'>;

/** One use of a passkey at a time, with its state for the user. */
export class Ceremony {
  private readonly attempt = new Attempt();

  readonly busy = this.attempt.busy.asReadonly();
  /** Whether the server refuses another attempt until the time of the failure is over. */
  readonly waiting = this.attempt.waiting;
  readonly failure = this.attempt.failure.asReadonly();
  /** The user cancelled, or the time was over. That is no failure: the page says it, without an alert. */
  readonly cancelled = signal(false);

  /** Runs the action, or does nothing while another one runs. */
  async run(action: () => Promise<unknown>): Promise<void> {
    if (this.busy() || this.waiting()) return;
    this.cancelled.set(false);
    let kind: PasskeyFailureKind | null = null;
    await this.attempt.run(async () => {
      try {
        await action();
      } catch (error) {
        if (!(error instanceof PasskeyFailure)) throw error;
        kind = error.kind;
      }
    });
    this.report(kind);
  }

  private report(kind: PasskeyFailureKind | null): void {
    if (kind === null || kind === 'aborted') return;
    if (kind === 'cancelled') this.cancelled.set(true);
    else this.attempt.failure.set(failureOfKind(kind));
  }
}

function failureOfKind(kind: Reported): Failure {
  return { code: null, text: (text) => text(`passkey.${kind}`), retryAfter: null };
}
