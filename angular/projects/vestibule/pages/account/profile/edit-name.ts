import { Component, inject, input, signal } from '@angular/core';
import { Session, User } from '@vestibule/angular';
import { AccountProfile } from '../../api/account-profile';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusInput } from '../../ui/focus-input';
import { FocusWhen } from '../../ui/focus-when';

/** The name of the user, which the user can change. */
@Component({
  selector: 'vestibule-edit-name',
  imports: [FailureBox, FocusInput, FocusWhen],
  template: `
    @if (editing()) {
      <form
        novalidate
        [appFocusInput]="true"
        (submit)="save($event, field.value)"
        (keydown.escape)="close()"
      >
        <vestibule-failure-box [failure]="attempt.failure()" [takesFocus]="false" />
        <input
          #field
          type="text"
          name="name"
          autocomplete="name"
          maxlength="200"
          dir="auto"
          [attr.aria-label]="text('account.name')"
          [value]="user().displayName ?? ''"
        />
        <div class="actions">
          <button type="submit" class="button">
            {{ text(attempt.busy() ? 'common.oneMoment' : 'profile.save') }}
          </button>
          <button type="button" class="secondary" (click)="close()">
            {{ text('common.cancel') }}
          </button>
        </div>
      </form>
    } @else {
      <div class="line">
        <bdi>{{ user().displayName ?? '–' }}</bdi>
        <button
          type="button"
          class="link"
          [attr.aria-label]="text('profile.changeName')"
          [appFocusWhen]="closed()"
          (click)="editing.set(true)"
        >
          {{ text('profile.change') }}
        </button>
      </div>
    }
  `,
  styleUrl: './editable.css',
})
export class EditName {
  private readonly account = inject(AccountProfile);
  private readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();

  protected readonly editing = signal(false);
  protected readonly closed = signal(false);
  protected readonly attempt = new Attempt();

  protected close(): void {
    this.editing.set(false);
    this.closed.set(true);
    this.attempt.failure.set(null);
  }

  protected async save(event: Event, name: string): Promise<void> {
    event.preventDefault();
    await this.attempt.run(async () => {
      await this.account.update({ displayName: name.trim() || null });
      await this.session.reloadUser();
      this.close();
    });
  }
}
