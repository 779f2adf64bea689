import { Component, computed, inject, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { FieldChange } from '../../api/merges';
import { MergeField, mergeText } from '../../text/merge';
import { shellText } from '../../text/shell';
import { Field, userText } from '../../text/user';

/** The fields that a merge or its undo changes: of the user that ends, of the user that stays, and the result. */
@Component({
  selector: 'app-merge-changes',
  imports: [Each],
  template: `
    <table class="table" role="table">
      <caption class="visually-hidden">
        {{
          text().caption
        }}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{{ text().field }}</th>
          <th role="columnheader" scope="col">{{ text().fromColumn }}</th>
          <th role="columnheader" scope="col">{{ text().intoColumn }}</th>
          <th role="columnheader" scope="col">{{ text().result }}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        <tr *appEach="let row of rows()" role="row">
          <th role="rowheader" scope="row">{{ row.label }}</th>
          <td role="cell" [attr.data-label]="text().fromColumn">
            <bdi>{{ row.from }}</bdi>
          </td>
          <td role="cell" [attr.data-label]="text().intoColumn">
            <bdi>{{ row.into }}</bdi>
          </td>
          <td role="cell" [attr.data-label]="text().result">
            <bdi [class.changed]="row.changed">{{ row.result }}</bdi>
          </td>
        </tr>
      </tbody>
    </table>
  `,
  styleUrl: '../../ui/table.css',
  styles: `
    tbody th {
      min-inline-size: 0;
    }
    .changed {
      font-weight: 600;
    }
  `,
})
export class MergeChanges {
  private readonly format = inject(Format);
  private readonly shell = shellText.inject();
  private readonly user = userText.inject();
  protected readonly text = mergeText.inject();

  readonly changes = input.required<readonly FieldChange[]>();

  protected readonly rows = computed(() =>
    this.changes().map(({ field, from, into, result }) => ({
      label: this.labelOf(field),
      from: this.shown(from),
      into: this.shown(into),
      result: this.shown(result),
      changed: JSON.stringify(into) !== JSON.stringify(result),
    })),
  );

  private labelOf(field: string): string {
    const { fields } = this.text();
    const known = this.user().fields;
    if (Object.hasOwn(fields, field)) return fields[field as MergeField];
    // A newer service has other fields.
    return Object.hasOwn(known, field) ? known[field as Field] : field;
  }

  private shown(value: unknown): string {
    const { yes, no, none } = this.shell();
    if (value === null || value === undefined || value === '') return none;
    if (typeof value === 'boolean') return value ? yes : no;
    if (Array.isArray(value)) return value.map((each) => this.shown(each)).join(', ') || none;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') return JSON.stringify(value);
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? this.format.dateTime(value) : value;
  }
}
