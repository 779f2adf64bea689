import { Component, inject, input } from '@angular/core';
import { TEXT } from '../text/text-loader';
import { CopyButton } from './copy-button';

/** The ID of an audit event, with a button that copies it. An administrator finds the event by this ID. */
@Component({
  selector: 'vestibule-trace-id',
  imports: [CopyButton],
  template: `
    <p>
      <ng-content />&ngsp;<code>{{ trace() }}</code>
    </p>
    <vestibule-copy-button [label]="text('copy.copyId')" [text]="trace()" />
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
    vestibule-copy-button {
      margin-block-start: 0.75rem;
    }
  `,
})
export class TraceId {
  protected readonly text = inject(TEXT);

  readonly trace = input.required<string>();
}
