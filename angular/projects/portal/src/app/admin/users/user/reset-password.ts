import { Component, computed, inject, input, output } from '@angular/core';
import { ServiceSettings } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { PasswordReset, UserDetail, Users, nameOf } from '../../api/users';
import { ActText, UserTexts, userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';

/**
 * The dialog that resets the password of a user: by mail, with a link to hand over, or without a new one. If the service has no
 * passwords, the link is for a passkey.
 */
@Component({
  selector: 'app-reset-password',
  imports: [ActDialog, Each],
  template: `
    <app-act-dialog
      permission="security"
      [heading]="act().label + ': ' + name()"
      [consequences]="act().consequences"
      [confirmLabel]="act().label"
      [danger]="true"
      [act]="run"
      (closed)="closed.emit()"
      (outdated)="outdated.emit()"
    >
      <fieldset>
        <legend>{{ passwords ? text().resetBy : text().passkeyLinkBy }}</legend>
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

  protected readonly passwords = inject(ServiceSettings).current().passwords !== false;
  protected readonly act = computed(() => resetAct(this.text(), this.passwords));

  readonly user = input.required<UserDetail>();
  /** The link for a new password, if the administrator chose it. */
  readonly done = output<string | null>();
  readonly closed = output();
  readonly outdated = output();

  protected readonly name = computed(() => nameOf(this.user()));
  protected readonly ways = computed(() => {
    const { mail, link, remove } = this.text().resets;
    const { email, emailVerified } = this.user();
    const hasMail = !!email && emailVerified;
    return [
      ...(hasMail ? [{ value: 'mail', label: mail, checked: true }] : []),
      { value: 'link', label: link, checked: !hasMail },
      ...(this.passwords ? [{ value: 'remove', label: remove, checked: false }] : []),
    ];
  });

  protected readonly run = async (reason: string, form: FormData): Promise<void> => {
    const by = form.get('by') as PasswordReset;
    const { resetUrl } = await this.api.resetPassword(this.user(), by, reason);
    this.done.emit(resetUrl);
  };
}

/** Returns the texts of the act. Without passwords, it gives the user a link for a passkey. */
export function resetAct({ act, passkeyLink }: UserTexts, passwords: boolean): ActText {
  return passwords ? act['reset-password'] : passkeyLink;
}
