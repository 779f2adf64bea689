import { Component, computed, inject, input } from '@angular/core';
import { TEXT } from '../text/text-loader';
import { FailureBox } from '../ui/failure-box';
import { Ceremony } from './ceremony';

/** Says what happens with a passkey. Screen readers announce it. */
@Component({
  selector: 'vestibule-ceremony-status',
  imports: [FailureBox],
  template: `
    <vestibule-failure-box [failure]="of().failure()" [takesFocus]="false" />
    <div role="status">
      @if (message(); as sentence) {
        <p>{{ sentence }}</p>
      }
    </div>
  `,
})
export class CeremonyStatus {
  private readonly text = inject(TEXT);

  readonly of = input.required<Ceremony>();
  /** What the page says after the user cancelled, or the time was over. */
  readonly cancelled = input<'passkey.cancelled' | 'passkey.notCreated'>('passkey.cancelled');

  protected readonly message = computed(() => {
    if (this.of().busy()) return this.text('passkey.follow');
    return this.of().cancelled() ? this.text(this.cancelled()) : '';
  });
}
