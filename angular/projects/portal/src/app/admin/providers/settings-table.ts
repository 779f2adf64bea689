import { Component, computed, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { providersText } from '../text/providers';
import { Setting } from './provider';

/** Effective settings with their origin. A secret is not shown. */
@Component({
  selector: 'app-settings-table',
  imports: [Each],
  template: `
    <table class="table" role="table">
      <caption class="visually-hidden">
        {{
          caption()
        }}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{{ text().setting }}</th>
          <th role="columnheader" scope="col">{{ text().value }}</th>
          <th role="columnheader" scope="col">{{ text().origin }}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        <tr *appEach="let row of rows()" role="row">
          <th role="rowheader" scope="row">
            <code dir="ltr">{{ row.name }}</code>
          </th>
          <td role="cell" [attr.data-label]="text().value">
            @if (row.shown) {
              <code dir="ltr">{{ row.shown }}</code>
            } @else {
              <em>{{ row.instead }}</em>
            }
          </td>
          <td role="cell" [attr.data-label]="text().origin">
            <bdi>{{ row.from }}</bdi>
          </td>
        </tr>
      </tbody>
    </table>
  `,
  styleUrl: '../ui/table.css',
  styles: `
    @media (min-width: 64rem) {
      /* A line for each name, and for the origin. */
      tbody th {
        min-inline-size: 26rem;
      }

      td:last-child {
        overflow-wrap: normal;
      }
    }
  `,
})
export class SettingsTable {
  protected readonly text = providersText.inject();

  readonly caption = input.required<string>();
  readonly settings = input.required<readonly Setting[]>();

  protected readonly rows = computed(() => {
    const { origins, secret, notSet } = this.text();
    return this.settings().map(({ name, value, isSecret, origin }) => ({
      name,
      // The service masks a secret. It is not shown even if a later version does not.
      shown: isSecret ? '' : (value ?? ''),
      instead: isSecret && value ? secret : notSet,
      from: Object.hasOwn(origins, origin) ? origins[origin as keyof typeof origins] : origin,
    }));
  });
}
