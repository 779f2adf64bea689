import { Component, input, output } from '@angular/core';
import { Order } from './orders';

/** A table of orders, with a button to delete each order if `deletable` is set. */
@Component({
  selector: 'app-order-table',
  template: `
    <table>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Quantity</th>
          <th scope="col">Note</th>
          <th scope="col">Ordered by</th>
        </tr>
      </thead>
      <tbody>
        @for (order of orders(); track order.id) {
          <tr>
            <td>{{ order.item }}</td>
            <td>{{ order.quantity }}</td>
            <td>{{ order.note }}</td>
            <td>
              {{ order.orderedBy }}
              @if (deletable()) {
                <button type="button" (click)="deleted.emit(order)">Delete {{ order.item }}</button>
              }
            </td>
          </tr>
        } @empty {
          <tr>
            <td colspan="4">No orders yet</td>
          </tr>
        }
      </tbody>
    </table>
  `,
})
export class OrderTable {
  readonly orders = input.required<readonly Order[]>();
  readonly deletable = input(false);
  readonly deleted = output<Order>();
}
