import { Component, computed, inject, input, output } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { PasswordReset, UserDetail, Users, nameOf } from '../../api/users';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';

/** The dialog that resets the password of a user: by mail, with a link to hand over, or without a new one. */
@Component({
  selector: 'app-reset-password',
  imports: [ActDialog, Each],
  template: `
    <app-act-dialog
      permission="security"
      [heading]="text().act['reset-password'].label + ': ' + name()"
      [consequences]="text().act['reset-password'].consequences"
      [confirmLabel]="text().act['reset-password'].label"
      [danger]="true"
      [act]="run"
      (closed)="closed.emit()"
      (outdated)="outdated.emit()"
    >
      <fieldset>
        <legend>{{ text().resetBy }}</legend>
        <label class="check" *appEach="let way of ways()">
          <input type="radio" name="by" [value]="way.value" [checked]="way.checked" />
          {{ way.label }}
        </label>
      </fieldset>
    </app-act-dialog>
  `,
  styleUrl: '../../ui/controls.css',
})
export class ResetPassword {
  private readonly api = inject(Users);
  protected readonly text = userText.inject();

  readonly user = input.required<UserDetail>();
  /** The link for a new password, if the administrator chose it. */
  readonly done = output<string | null>();
  readonly closed = output();
  readonly outdated = output();

  protected readonly name = computed(() => nameOf(this.user()));
  protected readonly ways = computed(() => {
    const { mail, link, remove } = this.text().resets;
    const { email } = this.user();
    return [
      ...(email ? [{ value: 'mail', label: mail, checked: true }] : []),
      { value: 'link', label: link, checked: !email },
      { value: 'remove', label: remove, checked: false },
    ];
  });

  protected readonly run = async (reason: string, form: FormData): Promise<void> => {
    const by = form.get('by') as PasswordReset;
    const { resetUrl } = await this.api.resetPassword(this.user(), by, reason);
    this.done.emit(resetUrl);
  };
}
