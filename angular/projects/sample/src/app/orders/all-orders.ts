import { Component, inject } from '@angular/core';
import { Order, Orders } from './orders';
import { OrderTable } from './order-table';
import { ShownOrders } from './shown-orders';

/** The orders of all users, for administrators. */
@Component({
  selector: 'app-all-orders',
  imports: [OrderTable],
  template: `
    <h1>All orders</h1>
    <p role="alert">{{ shown.failure() }}</p>
    @if (shown.orders(); as orders) {
      <app-order-table [orders]="orders" [deletable]="true" (deleted)="delete($event)" />
    }
  `,
})
export class AllOrders {
  readonly #api = inject(Orders);
  protected readonly shown = new ShownOrders(() => this.#api.listAll());

  protected async delete(order: Order): Promise<void> {
    await this.shown.loadAfter(() => this.#api.delete(order));
  }
}
