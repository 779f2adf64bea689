import { Component, computed, inject, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { ListUrl } from '../api/list-url';
import { shellText } from '../text/shell';

export interface Option {
  readonly value: string;
  readonly label: string;
}

let count = 0;

/** A filter or the order of a list. The value is a parameter of the URL. A change leads to the first page. */
@Component({
  selector: 'app-filter-select',
  imports: [Each],
  template: `
    <label [for]="id">{{ label() }}</label>
    <select [id]="id" (change)="change($event)">
      <option *appEach="let option of all()" [value]="option.value" [selected]="option.selected">
        {{ option.label }}
      </option>
    </select>
  `,
  styleUrl: './controls.css',
})
export class FilterSelect {
  private readonly url = inject(ListUrl);
  private readonly text = shellText.inject();

  readonly label = input.required<string>();
  /** The parameter of the URL. */
  readonly param = input.required<string>();
  readonly options = input.required<readonly Option[]>();
  /** The label of no filter. A list without it, as the order, always has a value. */
  readonly any = input<string | null>(null);
  /** The value that the URL does not name. */
  readonly initial = input('');

  protected readonly id = `admin-filter-${++count}`;
  protected readonly all = computed(() => {
    const value = this.url.params()[this.param()] ?? this.initial();
    const options = this.options();
    const known = options.some((option) => option.value === value);
    return [
      ...(this.initial() ? [] : [{ value: '', label: this.any() ?? this.text().any }]),
      ...options,
      // A value that a link names, for example a provider that was removed.
      ...(known || !value ? [] : [{ value, label: value }]),
    ].map((option) => ({ ...option, selected: option.value === value }));
  });

  protected change({ target }: Event): void {
    const { value } = target as HTMLSelectElement;
    const written = value === this.initial() ? null : value;
    void this.url.change({ [this.param()]: written, cursor: null });
  }
}
