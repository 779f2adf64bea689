import { signal } from '@angular/core';
import { Failure, failureOf } from '../api/failure';

/**
 * Runs one action of the user at a time and keeps its failure.
 *
 * @example
 * ```ts
 * protected readonly cancelling = new Attempt();
 * await this.cancelling.run(() => this.links.cancel());
 * ```
 */
export class Attempt {
  readonly busy = signal(false);
  readonly failure = signal<Failure | null>(null);

  /** Runs the action, or does nothing while another one runs. */
  async run(action: () => Promise<unknown>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      await action();
    } catch (error) {
      this.failure.set(failureOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}
