import { Component, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule } from '@angular/forms';
import { Router } from '@angular/router';
import { Orders, sentenceOf } from './orders';

/** A form with unsaved input. */
@Component({
  selector: 'app-new-order',
  imports: [ReactiveFormsModule],
  template: `
    <h1>New order</h1>
    <form [formGroup]="form" (ngSubmit)="place()">
      <label>Item <input formControlName="item" required autocomplete="off" /></label>
      <label>Quantity <input formControlName="quantity" type="number" required min="1" /></label>
      <label>Note <textarea formControlName="note" rows="4"></textarea></label>
      <p role="alert">{{ failure() }}</p>
      <button type="submit">Place order</button>
    </form>
  `,
})
export class NewOrder {
  readonly #api = inject(Orders);
  readonly #router = inject(Router);
  readonly #fields = inject(NonNullableFormBuilder);

  protected readonly failure = signal('');
  protected readonly form = this.#fields.group({
    item: '',
    quantity: 1,
    note: '',
  });

  protected async place(): Promise<void> {
    if (this.form.invalid) {
      this.failure.set('Enter an item and a quantity of 1 or more.');
      return;
    }
    try {
      await this.#api.place(this.form.getRawValue());
      await this.#router.navigateByUrl('/orders');
    } catch (error) {
      this.failure.set(sentenceOf(error));
    }
  }
}
