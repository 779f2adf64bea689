import {
  ApplicationRef,
  DOCUMENT,
  EnvironmentInjector,
  Injectable,
  createComponent,
  inject,
} from '@angular/core';
import { ServiceSettings, SessionView } from '@vestibule/angular';
import { TextLoader } from '../text/text-loader';
import { hasDeclined, rememberDeclined } from './declined-offers';
import { PasskeyOfferDialog } from './passkey-offer-dialog';
import { hasPlatformAuthenticator } from './webauthn';

/** How long a sign-in waits until it is known whether to offer a passkey. */
const TIMEOUT_MS = 2_000;

/** Offers a passkey after a sign-in without one, on a device that can create one. */
@Injectable({ providedIn: 'root' })
export class PasskeyOffer {
  private readonly application = inject(ApplicationRef);
  private readonly document = inject(DOCUMENT);
  private readonly injector = inject(EnvironmentInjector);
  private readonly settings = inject(ServiceSettings);
  private readonly texts = inject(TextLoader);

  /** Whether this user can add a first passkey here, and has not declined one. */
  async fits({ state, method, methods, account }: Partial<SessionView>): Promise<boolean> {
    return (
      this.settings.current().passkeys === true &&
      state === 'signedIn' &&
      method !== 'passkey' &&
      !methods?.includes('passkey') &&
      (await hasPlatformAuthenticator()) &&
      !(await hasDeclined(account ?? null))
    );
  }

  /**
   * Offers a passkey to the user of a new session, in a dialog. Resolves to the session to continue with. It never rejects:
   * an offer must not stop a sign-in.
   */
  async offer(session: SessionView): Promise<SessionView> {
    try {
      return (await within(this.isReadyFor(session))) ? await this.ask(session) : session;
    } catch {
      return session;
    }
  }

  private async isReadyFor(session: SessionView): Promise<boolean> {
    if (!(await this.fits(session))) return false;
    await this.texts.ready();
    return true;
  }

  private async ask(session: SessionView): Promise<SessionView> {
    const dialog = createComponent(PasskeyOfferDialog, { environmentInjector: this.injector });
    dialog.setInput('account', session.account);
    const host = dialog.location.nativeElement as HTMLElement;
    this.document.body.append(host);
    this.application.attachView(dialog.hostView);
    try {
      const registered = await new Promise<SessionView | null>((resolve) =>
        dialog.instance.closed.subscribe(resolve),
      );
      if (!registered) await rememberDeclined(session.account);
      return registered ?? session;
    } finally {
      dialog.destroy();
      host.remove();
    }
  }
}

async function within(answer: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), TIMEOUT_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
