import { Component, DOCUMENT, inject, input } from '@angular/core';
import { User } from '@vestibule/angular';
import { Account } from '../../api/account';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { DeleteAccount } from './delete-account';

/** Export of the data of the user, and deletion of the account. */
@Component({
  selector: 'vestibule-account-data',
  imports: [DeleteAccount, FailureBox],
  template: `
    <div class="cards">
      <section class="card whole-row" aria-labelledby="export">
        <h2 id="export">{{ text('export.title') }}</h2>
        <p>{{ text('export.help') }}</p>
        <vestibule-failure-box [failure]="exporting.failure()" />
        <button type="button" class="secondary" (click)="export()">
          {{ text(exporting.busy() ? 'common.oneMoment' : 'export.download') }}
        </button>
      </section>
      @if (user().canDelete) {
        <section class="card whole-row" aria-labelledby="delete">
          <vestibule-delete-account [user]="user()" />
        </section>
      }
    </div>
  `,
  styleUrl: '../cards.css',
})
export class AccountData {
  private readonly account = inject(Account);
  private readonly document = inject(DOCUMENT);
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();

  protected readonly exporting = new Attempt();

  protected async export(): Promise<void> {
    await this.exporting.run(() =>
      this.reauthenticator.run(async () => {
        const { name, content } = await this.account.export();
        const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
        const link = this.document.createElement('a');
        link.href = url;
        link.download = name;
        link.click();
        URL.revokeObjectURL(url);
      }),
    );
  }
}
