import { Component, computed, inject, output, signal } from '@angular/core';
import { ServiceSettings } from '@vestibule/angular';
import { CodeChannel, ConfirmAnswer } from '../../../api/message-codes';
import { Providers } from '../../../api/providers';
import { TEXT } from '../../../text/text-loader';
import { FocusWhen } from '../../../ui/focus-when';
import { SetUpMessageCodes } from './set-up-message-codes';

/** The last choice of a required enrolment, where the service offers it: codes by message. */
@Component({
  selector: 'vestibule-enrol-by-message',
  imports: [FocusWhen, SetUpMessageCodes],
  template: `
    @if (email() || sms()) {
      <h2 tabindex="-1" [appFocusWhen]="cancelled()">{{ text('messageCode.otherTitle') }}</h2>
      <p>{{ text('messageCode.restricted') }}</p>
      @if (chosen(); as channel) {
        <vestibule-set-up-message-codes
          [channel]="channel"
          (confirmed)="confirmed.emit($event)"
          (cancelled)="cancel()"
        />
      } @else {
        <div class="actions">
          @if (email()) {
            <button type="button" class="secondary" (click)="chosen.set('email')">
              {{ text('messageCode.useEmail') }}
            </button>
          }
          @if (sms()) {
            <button type="button" class="secondary" (click)="chosen.set('sms')">
              {{ text('messageCode.useSms') }}
            </button>
          }
        </div>
      }
    }
  `,
  styles: `
    h2 {
      margin-block-start: 2rem;
    }
  `,
})
export class EnrolByMessage {
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  readonly confirmed = output<ConfirmAnswer>();

  protected readonly chosen = signal<CodeChannel | null>(null);
  /** Counts cancelled set-ups: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly cancelled = signal(0);
  private readonly offered = computed(() => this.settings.current().messageCodes ?? []);
  protected readonly email = computed(() => this.offered().includes('email'));
  protected readonly sms = computed(() => this.offered().includes('sms'));

  constructor() {
    // In an application of its own origin, the settings come with the list of providers.
    if (this.settings.current().messageCodes === undefined) void inject(Providers).load();
  }

  protected cancel(): void {
    this.chosen.set(null);
    this.cancelled.update((count) => count + 1);
  }
}
