import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Orders } from './orders';
import { OrderTable } from './order-table';
import { ShownOrders } from './shown-orders';

/** The orders of the signed-in user. */
@Component({
  selector: 'app-order-list',
  imports: [OrderTable, RouterLink],
  template: `
    <h1>Your orders</h1>
    <p><a routerLink="/orders/new">New order</a></p>
    <p role="alert">{{ shown.failure() }}</p>
    @if (shown.orders(); as orders) {
      <app-order-table [orders]="orders" />
    }
  `,
})
export class OrderList {
  readonly #api = inject(Orders);
  protected readonly shown = new ShownOrders(() => this.#api.list());
}
