import { Component, input } from '@angular/core';
import { CopyButton } from './copy-button';

/** The ID of an audit event, with a button that copies it. An administrator finds the event by this ID. */
@Component({
  selector: 'app-trace-id',
  imports: [CopyButton],
  template: `
    <p>
      <ng-content />&ngsp;<code>{{ trace() }}</code>
    </p>
    <app-copy-button label="Copy ID" [text]="trace()" />
  `,
  styles: `
    :host {
      display: block;
    }
    p {
      margin-block-end: 0;
    }
    code {
      overflow-wrap: anywhere;
    }
    app-copy-button {
      margin-block-start: 0.75rem;
    }
  `,
})
export class TraceId {
  readonly trace = input.required<string>();
}
