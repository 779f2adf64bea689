import { Component, inject, input } from '@angular/core';
import { TEXT } from '../text/text-loader';
import { FailureBox } from './failure-box';
import { Loaded } from './loaded';

/** Says that data is loading or could not be loaded, and offers another attempt. */
@Component({
  selector: 'vestibule-loading',
  imports: [FailureBox],
  template: `
    <vestibule-failure-box [failure]="of().failure()" [takesFocus]="false">
      <button type="button" class="button" (click)="of().load()">
        {{ text('common.tryAgain') }}
      </button>
    </vestibule-failure-box>
    @if (!of().value() && !of().failure()) {
      <p role="status">{{ text('common.loading') }}</p>
    }
  `,
})
export class Loading {
  protected readonly text = inject(TEXT);

  readonly of = input.required<Loaded<unknown>>();
}
