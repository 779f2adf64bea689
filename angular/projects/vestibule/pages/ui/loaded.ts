import { signal } from '@angular/core';
import { Attempt } from './attempt';

/** Data of the server that a page shows, with the failure of its last request. */
export class Loaded<T> {
  readonly value = signal<T | null>(null);
  private readonly attempt = new Attempt();

  readonly failure = this.attempt.failure.asReadonly();
  /** Whether the first request has finished. */
  readonly settled = signal(false);

  constructor(private readonly request: () => Promise<T>) {
    void this.load();
  }

  /** Loads the data again. The earlier data stays if that fails. */
  async load(): Promise<void> {
    await this.attempt.run(async () => this.value.set(await this.request()));
    this.settled.set(true);
  }
}
