import {
  Component,
  ElementRef,
  afterNextRender,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { SessionAccount, SessionView } from '@vestibule/angular';
import { RegisteredPasskey } from '../api/passkeys';
import { TEXT } from '../text/text-loader';
import { FocusWhen } from '../ui/focus-when';
import { RecoveryCodes } from '../ui/recovery-codes';
import { VestibuleRoot } from '../ui/vestibule-root';
import { Ceremony } from './ceremony';
import { CeremonyStatus } from './ceremony-status';
import { Passkeys } from './passkeys';

/** Offers a passkey after a sign-in. Escape declines; after the registration, it only closes the dialog. */
@Component({
  selector: 'vestibule-passkey-offer-dialog',
  hostDirectives: [VestibuleRoot],
  imports: [CeremonyStatus, FocusWhen, RecoveryCodes],
  template: `
    <dialog
      class="vestibule-dialog"
      aria-labelledby="vestibule-offer-title"
      aria-describedby="vestibule-offer-text"
      (cancel)="keepOpen($event)"
      (close)="finish()"
    >
      @if (codes().length > 0) {
        <h2 id="vestibule-offer-title" tabindex="-1" [appFocusWhen]="true">
          {{ text('passkey.doneTitle') }}
        </h2>
        <p id="vestibule-offer-text">{{ text('recovery.title') }}</p>
        <vestibule-recovery-codes [codes]="codes()" [account]="account()" (saved)="finish()" />
      } @else {
        <h2 id="vestibule-offer-title" tabindex="-1">{{ text('offer.title') }}</h2>
        <p id="vestibule-offer-text">{{ text('offer.text') }}</p>
        <vestibule-ceremony-status [of]="ceremony" />
        <div class="actions">
          <button type="button" class="button" (click)="create()">
            {{ text('passkey.create') }}
          </button>
          <button type="button" class="secondary" (click)="finish()">
            {{ text('offer.notNow') }}
          </button>
        </div>
      }
    </dialog>
  `,
  styleUrl: '../login/dialog.css',
})
export class PasskeyOfferDialog {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly passkeys = inject(Passkeys);
  private stopped = new AbortController();
  protected readonly text = inject(TEXT);

  /** The user of the new session. */
  readonly account = input.required<SessionAccount | null>();
  /** The session after the registration; `null` if the user declined. */
  readonly closed = output<SessionView | null>();

  protected readonly ceremony = new Ceremony();
  private registered: RegisteredPasskey | null = null;
  /** The recovery codes on the screen. */
  protected readonly codes = signal<readonly string[]>([]);

  constructor() {
    afterNextRender(() => this.host.nativeElement.querySelector('dialog')?.showModal());
  }

  protected async create(): Promise<void> {
    const stopped = (this.stopped = new AbortController()).signal;
    await this.ceremony.run(async () => {
      const registered = await this.passkeys.register(stopped);
      this.registered = registered;
      this.codes.set(registered.recoveryCodes ?? []);
      if (this.codes().length === 0) this.closed.emit(registered.session);
    });
    if (stopped.aborted && !this.registered) this.closed.emit(null);
  }

  /** The recovery codes are shown only once: Escape must not close them. */
  protected keepOpen(event: Event): void {
    if (this.registered) event.preventDefault();
  }

  protected finish(): void {
    // `create` then closes the dialog, or shows the codes of a passkey that exists already.
    if (this.ceremony.busy()) this.stopped.abort();
    else this.closed.emit(this.registered?.session ?? null);
  }
}
