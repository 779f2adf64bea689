import { signal } from '@angular/core';
import { Order, sentenceOf } from './orders';

/** The orders on a page, or the sentence of the failure. */
export class ShownOrders {
  readonly orders = signal<readonly Order[] | null>(null);
  readonly failure = signal('');

  constructor(private readonly load: () => Promise<readonly Order[]>) {
    void this.loadAfter(() => Promise.resolve());
  }

  /** Runs an action that changes the orders, and loads them again. */
  async loadAfter(action: () => Promise<void>): Promise<void> {
    this.failure.set('');
    try {
      await action();
      this.orders.set(await this.load());
    } catch (error) {
      this.failure.set(sentenceOf(error));
    }
  }
}
