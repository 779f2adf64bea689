import { Component, computed, inject, input } from '@angular/core';
import { fromLocal, toLocal } from './local-time';
import { ListUrl } from '../api/list-url';

let count = 0;

/** A filter by time. The field has the time zone of the browser, the parameter of the URL has UTC. */
@Component({
  selector: 'app-time-field',
  template: `
    <label [for]="id">{{ label() }}</label>
    <input
      type="datetime-local"
      [id]="id"
      [value]="value()"
      [attr.title]="help()"
      (change)="apply($event)"
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
  protected readonly value = computed(() => toLocal(this.url.params()[this.param()]));

  protected apply({ target }: Event): void {
    const time = fromLocal((target as HTMLInputElement).value);
    void this.url.change({ [this.param()]: time, cursor: null });
  }
}
