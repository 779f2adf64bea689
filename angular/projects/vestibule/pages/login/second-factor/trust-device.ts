import { Component, inject, input, model } from '@angular/core';
import { TEXT } from '../../text/text-loader';

/** The choice to trust this device, if the service offers it. */
@Component({
  selector: 'vestibule-trust-device',
  template: `
    @if (days(); as number) {
      <label class="check">
        <input
          type="checkbox"
          name="trustDevice"
          [checked]="trusts()"
          (change)="trusts.set(!trusts())"
        />
        {{ text('secondFactor.trust', number) }}
      </label>
    }
  `,
})
export class TrustDevice {
  protected readonly text = inject(TEXT);

  /** For how many days; `null` hides the choice. */
  readonly days = input.required<number | null>();
  readonly trusts = model.required<boolean>();
}
