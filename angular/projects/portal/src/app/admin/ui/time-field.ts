import { Component, ElementRef, computed, effect, inject, input, viewChild } from '@angular/core';
import { fromLocal, toLocal } from './local-time';
import { ListUrl } from '../api/list-url';

let count = 0;

/**
 * A filter by time. The field has the time zone of the browser, the parameter of the URL has UTC. A time that the keyboard enters
 * becomes the filter with Enter or when the focus leaves the field: it is incomplete, or has the year 2, in between.
 */
@Component({
  selector: 'app-time-field',
  template: `
    <label [for]="id">{{ label() }}</label>
    <input
      #field
      type="datetime-local"
      [id]="id"
      [attr.title]="help()"
      (keydown)="isTyping = true"
      (keydown.enter)="apply()"
      (change)="isTyping || apply()"
      (blur)="leave()"
    />
  `,
  styleUrl: './controls.css',
})
export class TimeField {
  private readonly url = inject(ListUrl);

  readonly label = input.required<string>();
  readonly help = input('');
  readonly param = input.required<string>();

  protected readonly id = `admin-time-${++count}`;
  protected isTyping = false;
  private readonly value = computed(() => toLocal(this.url.params()[this.param()]));
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  constructor() {
    effect(() => {
      const value = this.value();
      const field = this.field().nativeElement;
      // Writing an empty value would remove the parts that the user has entered.
      if (field.value !== value) field.value = value;
    });
  }

  protected apply(): void {
    const { value } = this.field().nativeElement;
    if (value === this.value()) return;
    void this.url.change({ [this.param()]: fromLocal(value), cursor: null });
  }

  protected leave(): void {
    this.isTyping = false;
    this.apply();
  }
}
