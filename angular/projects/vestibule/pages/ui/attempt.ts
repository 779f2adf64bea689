import { computed, signal } from '@angular/core';
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
  private readonly waited = signal<Failure | null>(null);
  /** Whether the server refuses another attempt until the time of the failure is over. */
  readonly waiting = computed(() => {
    const failure = this.failure();
    return !!failure?.retryAfter && failure !== this.waited();
  });

  /** Runs the action, or does nothing while another one runs. */
  async run(action: () => Promise<unknown>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      await action();
    } catch (error) {
      const failure = failureOf(error);
      this.failure.set(failure);
      if (failure.retryAfter)
        setTimeout(() => this.waited.set(failure), failure.retryAfter * 1_000);
    } finally {
      this.busy.set(false);
    }
  }
}
