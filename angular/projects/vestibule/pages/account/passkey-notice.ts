import { Component, effect, inject, output, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session } from '@vestibule/angular';
import { rememberDeclined } from '../passkey/declined-offers';
import { PasskeyOffer } from '../passkey/passkey-offer';
import { TEXT } from '../text/text-loader';
import { urlWithParams } from '../ui/return-params';
import { SECTION_PARAM } from './section';

/** Offers a passkey to a user who signed in without one, for example at a provider, which returns to the account page. */
@Component({
  selector: 'vestibule-passkey-notice',
  template: `
    @if (shown()) {
      <section class="notice" aria-labelledby="passkey-notice">
        <h2 id="passkey-notice">{{ text('offer.title') }}</h2>
        <p>{{ text('offer.text') }}</p>
        <div class="actions">
          <button type="button" class="button" (click)="open()">{{ text('passkeys.add') }}</button>
          <button type="button" class="secondary" (click)="decline()">
            {{ text('offer.notNow') }}
          </button>
        </div>
      </section>
    }
  `,
})
export class PasskeyNotice {
  private readonly offers = inject(PasskeyOffer);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  /** The user declined: the button that had the focus is gone. */
  readonly declined = output();

  protected readonly shown = signal(false);

  constructor() {
    effect((onCleanup) => {
      const session = {
        state: this.session.signedIn() ? ('signedIn' as const) : ('anonymous' as const),
        method: this.session.method(),
        methods: this.session.methods(),
        account: this.session.account(),
      };
      let current = true;
      onCleanup(() => (current = false));
      void this.offers.fits(session).then(
        (fits) => current && this.shown.set(fits),
        () => undefined,
      );
    });
  }

  /** Opens the section in which the user can add one. */
  protected async open(): Promise<void> {
    await this.router.navigateByUrl(urlWithParams(this.router, { [SECTION_PARAM]: 'security' }));
  }

  protected async decline(): Promise<void> {
    this.shown.set(false);
    this.declined.emit();
    await rememberDeclined(this.session.account());
  }
}
