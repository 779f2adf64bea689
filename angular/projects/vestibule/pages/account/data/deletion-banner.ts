import { Component, computed, inject, input, signal } from '@angular/core';
import { Session, User } from '@vestibule/angular';
import { Account } from '../../api/account';
import { AccountFormat } from '../../text/account-format';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { StatusMessage } from '../../ui/status-message';

/** Says on every account page that the account will be deleted, and lets the user keep it. */
@Component({
  selector: 'vestibule-deletion-banner',
  imports: [FailureBox, StatusMessage],
  template: `
    @if (user().deletionAt; as time) {
      <section class="notice warn" [attr.aria-label]="text('deletion.bannerLabel')">
        <p>{{ text('deletion.banner', format.date(time)) }}</p>
        <vestibule-failure-box [failure]="attempt.failure()" />
        <button type="button" class="button" (click)="keep()">
          {{ text(attempt.busy() ? 'common.oneMoment' : 'deletion.keep') }}
        </button>
      </section>
    }
    <vestibule-status-message [status]="status()" />
  `,
})
export class DeletionBanner {
  private readonly account = inject(Account);
  private readonly session = inject(Session);
  protected readonly format = inject(AccountFormat);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();

  protected readonly attempt = new Attempt();
  private readonly kept = signal(false);
  protected readonly status = computed(() =>
    this.kept() && !this.user().deletionAt
      ? { message: this.text('deletion.kept'), good: true }
      : null,
  );

  protected async keep(): Promise<void> {
    await this.attempt.run(async () => {
      await this.account.keep();
      await this.session.reloadUser();
      this.kept.set(true);
    });
  }
}
