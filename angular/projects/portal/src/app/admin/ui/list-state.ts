import { Component, input, output } from '@angular/core';
import { FailureBox } from '@vestibule/angular/pages';
import { shellText } from '../text/shell';
import { Latest } from './latest';

/** Says that a list is loading or could not be loaded, and offers another attempt. */
@Component({
  selector: 'app-list-state',
  imports: [FailureBox],
  template: `
    <vestibule-failure-box [failure]="of().failure()" [takesFocus]="false">
      <button type="button" class="button" (click)="retry.emit()">{{ text().retry }}</button>
    </vestibule-failure-box>
    @if (!of().value() && !of().failure()) {
      <p role="status">{{ text().loading }}</p>
    }
  `,
})
export class ListState {
  protected readonly text = shellText.inject();

  readonly of = input.required<Latest<unknown>>();
  readonly retry = output();
}
