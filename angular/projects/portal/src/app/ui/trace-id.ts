import { Component, input } from '@angular/core';
import { CopyButton } from './copy-button';

/** The number by which an administrator finds what happened, to copy. */
@Component({
  selector: 'app-trace-id',
  imports: [CopyButton],
  template: `
    <p>
      <ng-content />&ngsp;<code>{{ trace() }}</code>
    </p>
    <app-copy-button label="Copy number" [text]="trace()" />
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
