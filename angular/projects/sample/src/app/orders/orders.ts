import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

/** An order as the orders API returns it. */
export interface Order {
  readonly id: number;
  readonly item: string;
  readonly quantity: number;
  readonly note: string;
  readonly orderedBy: string;
}

/** The input of a new order. */
export type OrderInput = Pick<Order, 'item' | 'quantity' | 'note'>;

/** Client of the orders API, the own API of this application. */
@Injectable({ providedIn: 'root' })
export class Orders {
  readonly #http = inject(HttpClient);

  /** Returns the orders of the user. */
  list(): Promise<Order[]> {
    return firstValueFrom(this.#http.get<Order[]>('/orders-api/orders'));
  }

  /** Returns the orders of all users. The API requires the role `admin`. */
  listAll(): Promise<Order[]> {
    return firstValueFrom(this.#http.get<Order[]>('/orders-api/all-orders'));
  }

  place(order: OrderInput): Promise<Order> {
    return firstValueFrom(this.#http.post<Order>('/orders-api/orders', order));
  }

  /** Deletes an order. The API requires the role `admin` and a recent sign-in. */
  async delete(order: Order): Promise<void> {
    await firstValueFrom(this.#http.delete(`/orders-api/orders/${order.id}`));
  }
}

/** Returns the sentence for a failed request to the orders API. */
export function sentenceOf(error: unknown): string {
  const status = error instanceof HttpErrorResponse ? error.status : 0;
  return status === 0
    ? 'The orders API does not respond. Try again later.'
    : `The orders API answered ${status}. Nothing was changed.`;
}
