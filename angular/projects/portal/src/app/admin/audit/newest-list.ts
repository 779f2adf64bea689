import { computed, signal } from '@angular/core';

/** Events on the screen at most: a tab that stays open for days must not fill the memory. */
export const LIMIT = 200;

/** The newest items of a stream, the newest first. While it is paused, new ones wait. */
export class NewestList<T extends { readonly id: string }> {
  private readonly shown = signal<readonly T[]>([]);
  private readonly held = signal<readonly T[]>([]);
  readonly paused = signal(false);
  readonly items = this.shown.asReadonly();
  /** How many items wait. */
  readonly waiting = computed(() => this.held().length);
  /** How many items came since the list started. */
  readonly received = signal(0);

  constructor(private readonly limit = LIMIT) {}

  add(item: T): void {
    // A stream that connects again can repeat its newest items.
    if ([...this.held(), ...this.shown()].some(({ id }) => id === item.id)) return;
    const target = this.paused() ? this.held : this.shown;
    target.update((items) => [item, ...items].slice(0, this.limit));
    this.received.update((count) => count + 1);
  }

  /** Removes the items, also those that wait. */
  clear(): void {
    this.shown.set([]);
    this.held.set([]);
  }

  pause(): void {
    this.paused.set(true);
  }

  resume(): void {
    this.paused.set(false);
    this.shown.update((items) => [...this.held(), ...items].slice(0, this.limit));
    this.held.set([]);
  }
}
