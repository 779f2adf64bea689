import { Component, inject, output } from '@angular/core';
import { RegisteredPasskey } from '../../api/passkeys';
import { Ceremony } from '../../passkey/ceremony';
import { CeremonyStatus } from '../../passkey/ceremony-status';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';
import { Reauthenticator } from '../reauthenticate/reauthenticator';

/** Creates a passkey as the first second factor. */
@Component({
  selector: 'vestibule-enrol-passkey',
  imports: [CeremonyStatus],
  template: `
    <h2>{{ text('passkey.title') }}</h2>
    <p>{{ text('passkey.explanation') }}</p>
    <vestibule-ceremony-status [of]="ceremony" />
    <button
      type="button"
      class="button"
      [attr.aria-disabled]="ceremony.waiting() ? true : null"
      (click)="create()"
    >
      {{ text('passkey.create') }}
    </button>
  `,
})
export class EnrolPasskey {
  private readonly passkeys = inject(Passkeys);
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly text = inject(TEXT);

  readonly registered = output<RegisteredPasskey>();

  protected readonly ceremony = new Ceremony();

  protected async create(): Promise<void> {
    await this.ceremony.run(() =>
      this.reauthenticator.run(async () => this.registered.emit(await this.passkeys.register())),
    );
  }
}
