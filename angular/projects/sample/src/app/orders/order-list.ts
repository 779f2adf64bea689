import { Component, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Order, Orders, sentenceOf } from './orders';
import { OrderTable } from './order-table';

/** The orders of the signed-in user. */
@Component({
  selector: 'app-order-list',
  imports: [OrderTable, RouterLink],
  template: `
    <h1>Your orders</h1>
    <p><a routerLink="/orders/new">New order</a></p>
    <p role="alert">{{ failure() }}</p>
    @if (orders(); as orders) {
      <app-order-table [orders]="orders" />
    }
  `,
})
export class OrderList {
  readonly #api = inject(Orders);
  protected readonly orders = signal<readonly Order[] | null>(null);
  protected readonly failure = signal('');

  constructor() {
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.orders.set(await this.#api.list());
    } catch (error) {
      this.failure.set(sentenceOf(error));
    }
  }
}
