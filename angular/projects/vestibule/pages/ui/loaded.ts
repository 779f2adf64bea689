import { signal } from '@angular/core';
import { Attempt } from './attempt';

/** Data of the server that a page shows, with the failure of its last request. */
export class Loaded<T> {
  readonly value = signal<T | null>(null);
  private readonly attempt = new Attempt();

  readonly failure = this.attempt.failure.asReadonly();
  /** Whether the first request has finished. */
  readonly settled = signal(false);

  /** Counts calls of `load`. */
  private wanted = 0;
  private running: Promise<void> | null = null;

  constructor(private readonly request: () => Promise<T>) {
    void this.load();
  }

  /** Loads the data again. The earlier data stays if that fails. */
  async load(): Promise<void> {
    this.wanted += 1;
    await (this.running ??= this.run());
  }

  /** A request that is open may have the state before an act: another one follows it. */
  private async run(): Promise<void> {
    let answered: number;
    do {
      answered = this.wanted;
      await this.attempt.run(async () => this.value.set(await this.request()));
    } while (answered !== this.wanted);
    this.running = null;
    this.settled.set(true);
  }
}
