import { Component, inject, input, output } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Passwords } from '../../api/passwords';
import { Ceremony } from '../../passkey/ceremony';
import { CeremonyStatus } from '../../passkey/ceremony-status';
import { Passkeys } from '../../passkey/passkeys';
import { createPasskey } from '../../passkey/webauthn';
import { TEXT } from '../../text/text-loader';

/** Creates a passkey with a reset link, in place of a new password: the service has no passwords. */
@Component({
  selector: 'vestibule-reset-to-passkey',
  imports: [CeremonyStatus],
  template: `
    @if (usable()) {
      <p>{{ text('reset.passkeyHelp') }}</p>
      <vestibule-ceremony-status [of]="ceremony" cancelled="passkey.notCreated" />
      <button
        type="button"
        class="button"
        [attr.aria-disabled]="ceremony.waiting() ? true : null"
        (click)="create()"
      >
        {{ text('reset.passkeyTitle') }}
      </button>
    } @else {
      <p>{{ text('passkey.unsupported') }}</p>
    }
  `,
})
export class ResetToPasskey {
  private readonly passwords = inject(Passwords);
  protected readonly text = inject(TEXT);

  /** The token of the link. */
  readonly token = input.required<string>();
  readonly done = output();
  /** The link was used, or it is too old. */
  readonly expired = output();

  protected readonly ceremony = new Ceremony();
  protected readonly usable = inject(Passkeys).usable;

  protected async create(): Promise<void> {
    await this.ceremony.run(async () => {
      const token = this.token();
      try {
        const { publicKey, ceremony } = await this.passwords.passkeyOptions(token);
        await this.passwords.resetToPasskey(token, ceremony, await createPasskey(publicKey));
        this.done.emit();
      } catch (error) {
        if (problemOf(error)?.code !== 'token_invalid') throw error;
        this.expired.emit();
      }
    });
  }
}
