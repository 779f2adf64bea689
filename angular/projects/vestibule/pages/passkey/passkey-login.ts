import {
  ApplicationRef,
  Component,
  DestroyRef,
  EnvironmentInjector,
  Injector,
  NgZone,
  afterNextRender,
  computed,
  createComponent,
  inject,
  input,
} from '@angular/core';
import { ServiceSettings, Session, SessionView, problemOf } from '@vestibule/angular';
import { Login } from '../api/login';
import { PasskeysApi } from '../api/passkeys';
import { Providers } from '../api/providers';
import { TEXT } from '../text/text-loader';
import { injectPageLeft } from '../ui/page-left';
import { Autofill } from './autofill';
import { Ceremony } from './ceremony';
import { CeremonyStatus } from './ceremony-status';
import { PasskeyOffer } from './passkey-offer';
import { Passkeys } from './passkeys';
import type { AuthenticationResponse } from './webauthn-json';
import { LoginOptions, getPasskey, signalUnknownPasskey, supportsAutofill } from './webauthn';

/**
 * The sign-in with a passkey alone: offered in the list of the user-name field of the page, and with a button. The library
 * navigates when the session changes.
 */
@Component({
  selector: 'vestibule-passkey-login',
  imports: [CeremonyStatus],
  template: `
    @if (usable()) {
      <vestibule-ceremony-status [of]="ceremony" />
    } @else if (!passwords()) {
      <p>{{ text('passkey.unsupported') }}</p>
    }
    @if (canRemember()) {
      <label class="check">
        <input
          type="checkbox"
          name="remember"
          [checked]="remember()"
          (change)="remember.set(!remember())"
        />
        {{ text('signIn.remember') }}
      </label>
    }
    @if (withButton() && usable()) {
      <button
        type="button"
        class="secondary wide"
        [attr.aria-disabled]="ceremony.waiting() ? true : null"
        (click)="signIn()"
      >
        {{ text('signIn.passkey') }}
      </button>
    }
  `,
})
export class PasskeyLogin {
  private readonly api = inject(PasskeysApi);
  private readonly destroyed = inject(DestroyRef);
  private readonly login = inject(Login);
  private readonly offers = inject(PasskeyOffer);
  private readonly pageLeft = injectPageLeft();
  private readonly providers = inject(Providers);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  private readonly zone = inject(NgZone);
  protected readonly text = inject(TEXT);

  /** Whether the page has no button of its own. */
  readonly withButton = input(false);

  protected readonly ceremony = new Ceremony();
  protected readonly remember = this.login.remember;
  protected readonly usable = inject(Passkeys).usable;
  protected readonly passwords = computed(() => this.settings.current().passwords !== false);
  /** The form for the password has this choice, too. */
  protected readonly canRemember = computed(
    () => !this.passwords() && !!this.settings.current().remember,
  );

  private readonly autofill = new Autofill(
    () => this.api.loginOptions(),
    (options, credential) =>
      this.zone.run(() => this.ceremony.run(() => this.complete(options, credential))),
  );

  constructor() {
    this.destroyed.onDestroy(() => void this.autofill.pause());
    afterNextRender(() => {
      void this.startAutofill();
      if (!this.withButton()) this.offerAfterPassword();
    });
  }

  /** Asks for a passkey, and signs its user in. */
  async signIn(): Promise<void> {
    await this.ceremony.run(async () => {
      await this.autofill.pause();
      const options = await this.api.loginOptions();
      await this.complete(options, await getPasskey(options.publicKey));
    });
    await this.startAutofill();
  }

  /** The sign-in page offers a passkey to a user who has signed in with the password. */
  private offerAfterPassword(): void {
    this.login.offer = (session) => this.offers.offer(session);
    this.destroyed.onDestroy(() => (this.login.offer = null));
  }

  /** Offers passkeys in the list of the user-name field, until the page closes. */
  private async startAutofill(): Promise<void> {
    if (!document.querySelector('input[autocomplete~=webauthn]')) return;
    if (!this.usable() || !(await supportsAutofill())) return;
    if (this.destroyed.destroyed || this.ceremony.busy()) return;
    // The timers change nothing on the screen.
    this.zone.runOutsideAngular(() => this.autofill.resume());
  }

  private async complete(
    { publicKey, ceremony }: LoginOptions,
    credential: AuthenticationResponse,
  ): Promise<void> {
    let session: SessionView;
    try {
      session = await this.api.logIn({ ceremony, credential }, this.remember());
    } catch (error) {
      if (problemOf(error)?.code === 'passkey_unknown') {
        signalUnknownPasskey(publicKey.rpId, credential.id);
      }
      throw error;
    }
    this.providers.rememberLastUsed(null);
    const left = this.pageLeft();
    this.session.apply(session);
    await left;
  }
}

/** Shows the sign-in with a passkey in an element of a page, for as long as the page is open. */
export function showPasskeyLogin(host: HTMLElement, injector: Injector): PasskeyLogin {
  const component = createComponent(PasskeyLogin, {
    elementInjector: injector,
    environmentInjector: injector.get(EnvironmentInjector),
    hostElement: host,
  });
  injector.get(ApplicationRef).attachView(component.hostView);
  injector.get(DestroyRef).onDestroy(() => component.destroy());
  return component.instance;
}
