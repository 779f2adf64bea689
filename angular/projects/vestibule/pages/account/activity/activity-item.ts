import { Component, computed, inject, input } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Account } from '../../api/account';
import { AccountEvent } from '../../api/account-events';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import { ConfirmButton } from '../../ui/confirm-button';
import { deviceText } from '../../ui/user-agent';
import { providerLabel } from '../provider-label';
import { canBeReported, eventText } from './event-text';

/** An audit event in plain words, with the report that the user did not cause it. */
@Component({
  selector: 'vestibule-activity-item',
  imports: [ConfirmButton],
  template: `
    <div class="row">
      <div>
        <strong>{{ sentence() }}</strong>
        <span class="detail">{{ format.dateTime(event().at) }}</span>
        @if (event().userAgent; as agent) {
          <span class="detail">{{ device(agent) }}</span>
        }
        @if (event().ip; as network) {
          <span class="detail">{{ text('sessions.network', network) }}</span>
        }
      </div>
      @if (reportable()) {
        <vestibule-confirm-button
          [label]="text('activity.notMe')"
          [name]="text('activity.notMeNamed', sentence(), format.dateTime(event().at))"
          [question]="text('activity.notMeQuestion')"
          [action]="report"
        />
      }
    </div>
  `,
  styleUrl: '../cards.css',
})
export class ActivityItem {
  private readonly account = inject(Account);
  private readonly session = inject(Session);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly event = input.required<AccountEvent>();

  protected readonly sentence = computed(() =>
    eventText(this.text, this.event(), (name) => providerLabel(this.session.user(), name)),
  );
  protected readonly reportable = computed(() => canBeReported(this.event()));

  /** All sessions have ended, this one too: the library then leads to the sign-in page, with the reason. */
  protected readonly report = async (): Promise<void> => {
    await this.account.reportNotMe();
    await this.session.refresh();
  };

  protected device(userAgent: string): string {
    return deviceText(this.text, userAgent);
  }
}
