import { Component, DestroyRef, computed, inject, input } from '@angular/core';
import { ListUrl } from '../api/list-url';

/** After a pause of this length, the text that the user types becomes the filter. */
const PAUSE_MS = 250;

let count = 0;

/** A filter by text. The text is a parameter of the URL. */
@Component({
  selector: 'app-search-field',
  template: `
    <label [for]="id">{{ label() }}</label>
    <input
      type="search"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      dir="auto"
      [id]="id"
      [value]="value()"
      (input)="type($event)"
      (change)="apply($event)"
    />
  `,
  styleUrl: './controls.css',
})
export class SearchField {
  private readonly url = inject(ListUrl);

  readonly label = input.required<string>();
  readonly param = input('q');

  protected readonly id = `admin-search-${++count}`;
  protected readonly value = computed(() => this.url.params()[this.param()] ?? '');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected type(event: Event): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(event), PAUSE_MS);
  }

  /** Enter and leaving the field need no pause. */
  protected apply({ target }: Event): void {
    clearTimeout(this.timer);
    const value = (target as HTMLInputElement).value.trim();
    if (value === this.value()) return;
    void this.url.change({ [this.param()]: value, cursor: null }, true);
  }
}
