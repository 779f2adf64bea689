import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  viewChild,
} from '@angular/core';
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
      #field
      type="search"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      dir="auto"
      [id]="id"
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
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    effect(() => {
      const value = this.value();
      const field = this.field().nativeElement;
      // While the user types, the URL is behind the field. It has no blank at the end, which the next word needs.
      if (this.timer === undefined && field.value.trim() !== value) field.value = value;
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected type(event: Event): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(event), PAUSE_MS);
  }

  /** Enter and leaving the field need no pause. */
  protected apply({ target }: Event): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const value = (target as HTMLInputElement).value.trim();
    if (value === this.value()) return;
    void this.url.change({ [this.param()]: value, cursor: null }, true);
  }
}
