import { signal } from '@angular/core';
import { Failure, failureOf } from '@vestibule/angular/console';

/**
 * The answer to the newest request. The answer to an earlier one is dropped, also if it arrives later: while a user types, the
 * answers may arrive in any order.
 */
export class Latest<T> {
  readonly value = signal<T | null>(null);
  readonly failure = signal<Failure | null>(null);
  readonly busy = signal(false);
  private turn = 0;

  /** Sends the request. The earlier answer stays until the new one is there. */
  async run(request: () => Promise<T>): Promise<void> {
    const turn = ++this.turn;
    const isNewest = () => turn === this.turn;
    this.busy.set(true);
    try {
      const value = await request();
      if (!isNewest()) return;
      this.value.set(value);
      this.failure.set(null);
    } catch (error) {
      if (isNewest()) this.failure.set(failureOf(error));
    } finally {
      if (isNewest()) this.busy.set(false);
    }
  }
}
