import { Component, inject, input } from '@angular/core';
import { PasskeyProof } from '../../api/passkeys';
import { Ceremony } from '../../passkey/ceremony';
import { CeremonyStatus } from '../../passkey/ceremony-status';
import { Passkeys } from '../../passkey/passkeys';
import { TEXT } from '../../text/text-loader';

/**
 * Asks for a passkey of the user. The browser asks only after a click. The content of the component is placed beside the button,
 * the part with the attribute `options` above it.
 */
@Component({
  selector: 'vestibule-prove-passkey',
  imports: [CeremonyStatus],
  template: `
    @if (usable()) {
      <p>{{ text('passkey.help') }}</p>
      <vestibule-ceremony-status [of]="ceremony" />
      <ng-content select="[options]" />
    } @else {
      <p>{{ text('passkey.unsupported') }}</p>
    }
    <div class="actions">
      @if (usable()) {
        <button
          type="button"
          class="button"
          [attr.aria-disabled]="ceremony.waiting() ? true : null"
          (click)="start()"
        >
          {{ text('passkey.use') }}
        </button>
      }
      <ng-content />
    </div>
  `,
})
export class ProvePasskey {
  private readonly passkeys = inject(Passkeys);
  protected readonly text = inject(TEXT);

  /** Sends the proof to the server. A rejected promise becomes the failure that the component shows. */
  readonly verify = input.required<(proof: PasskeyProof) => Promise<void>>();

  protected readonly ceremony = new Ceremony();
  protected readonly usable = this.passkeys.usable;

  /** Asks for the passkey. */
  async start(): Promise<void> {
    await this.ceremony.run(async () => this.verify()(await this.passkeys.prove()));
  }
}
