import { Component, inject, signal } from '@angular/core';
import { Order, Orders, sentenceOf } from './orders';
import { OrderTable } from './order-table';

/** The orders of all users, for administrators. */
@Component({
  selector: 'app-all-orders',
  imports: [OrderTable],
  template: `
    <h1>All orders</h1>
    <p role="alert">{{ failure() }}</p>
    @if (orders(); as orders) {
      <app-order-table [orders]="orders" [deletable]="true" (deleted)="delete($event)" />
    }
  `,
})
export class AllOrders {
  readonly #api = inject(Orders);
  protected readonly orders = signal<readonly Order[] | null>(null);
  protected readonly failure = signal('');

  constructor() {
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.orders.set(await this.#api.listAll());
    } catch (error) {
      this.failure.set(sentenceOf(error));
    }
  }

  protected async delete(order: Order): Promise<void> {
    this.failure.set('');
    try {
      await this.#api.delete(order);
      await this.#load();
    } catch (error) {
      this.failure.set(sentenceOf(error));
    }
  }
}
