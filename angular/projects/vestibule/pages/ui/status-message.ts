import { Component, input } from '@angular/core';
import { Status } from './status';

/** A message about what happened. Screen readers announce it. */
@Component({
  selector: 'vestibule-status-message',
  template: `
    @if (status(); as shown) {
      <p class="notice" [class.good]="shown.good">{{ shown.message }}</p>
    }
  `,
  host: { role: 'status' },
  styles: `
    :host {
      display: block;
    }
    .good {
      border-color: var(--good-text);
      background: var(--good-background);
      color: var(--good-text);
    }
  `,
})
export class StatusMessage {
  readonly status = input.required<Status | null>();
}
