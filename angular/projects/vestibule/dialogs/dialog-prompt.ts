import { Location } from '@angular/common';
import { DOCUMENT, Injectable, effect, inject, untracked } from '@angular/core';
import {
  NavigationCancel,
  NavigationEnd,
  NavigationError,
  NavigationSkipped,
  Router,
} from '@angular/router';
import {
  EndReason,
  Session,
  User,
  VESTIBULE_OPTIONS,
  ɵAuthPages,
  ɵGuardedPages,
  ɵPromptResult,
  ɵSignInPrompt,
} from '@vestibule/angular';
import { hidePage } from './hidden-page';
import { SIGN_IN_DIALOG } from './options';
import { ProofPrompt } from './proof-prompt';

/** After these ends the user wants to leave, or cannot sign in again. */
const ENDS_WITHOUT_DIALOG: readonly (EndReason | null)[] = [
  'signed_out',
  'user_disabled',
  'sign_in_expired',
];

/** Opens the dialogs, one at a time, and decides when a navigation must handle the end of a session instead. */
@Injectable()
export class DialogPrompt extends ProofPrompt {
  readonly #session = inject(Session);
  readonly #pages = inject(ɵAuthPages);
  readonly #guarded = inject(ɵGuardedPages);
  readonly #router = inject(Router);
  readonly #location = inject(Location);
  readonly #document = inject(DOCUMENT);
  readonly #options = inject(SIGN_IN_DIALOG);
  readonly #homePath = inject(VESTIBULE_OPTIONS).homePath;

  /** The last user of this page; `null` if there was none, or the user has cancelled the sign-in. */
  #account: User | null = null;

  constructor() {
    super();
    effect(() => {
      const user = this.#session.user();
      // During a sign-in, the user can be another one. The page still belongs to the previous user.
      if (user && this.open === null) this.#account = user;
    });
  }

  override readonly signIn: ɵSignInPrompt['signIn'] = (reason) => {
    if (this.open) return this.open;
    const account = this.#account;
    if (account === null || !untracked(() => this.#canAsk(account, reason))) {
      return Promise.resolve('cancelled');
    }
    this.open = this.#signIn(account, reason).finally(() => (this.open = null));
    return this.open;
  };

  #canAsk(account: User, reason: EndReason | null): boolean {
    const { url } = this.#router;
    return (
      this.#options.atSessionEnd !== 'navigate' &&
      // A server has no style sheets, and old browsers have none that a script can make.
      'adoptedStyleSheets' in this.#document &&
      !ENDS_WITHOUT_DIALOG.includes(reason) &&
      // These steps have a page of their own.
      !['awaitingEnrolment', 'awaitingPasswordChange'].includes(this.#session.state()) &&
      // A public page stays as it is, without a dialog.
      this.#guarded.currentIsGuarded() &&
      !this.#pages.isAuthPage(url) &&
      !this.#pages.isLinkPage(url) &&
      (account.authProvider === 'local' || account.identities.length > 0)
    );
  }

  async #signIn(account: User, reason: EndReason | null): Promise<ɵPromptResult> {
    // Before the code of the dialog is loaded: the data must not stay on the screen until then.
    const showPage = hidePage(this.#document);
    let result: ɵPromptResult | 'pageLeft' = 'cancelled';
    try {
      const { signInOverPage } = await import('./sign-in-over-page');
      result = await signInOverPage(this.environmentInjector, account, reason);
    } catch {
      // The code could not be loaded. A navigation handles the end of the session.
    }
    this.#account = result === 'sameUser' ? untracked(this.#session.user) : null;
    if (result === 'sameUser' || result === 'pageLeft') showPage();
    if (result === 'cancelled') this.#showAfterNavigation(showPage);
    if (result === 'otherUser') this.#reloadAtHome();
    return result === 'pageLeft' ? 'cancelled' : result;
  }

  /** The page stays hidden until the router has left it. */
  #showAfterNavigation(showPage: () => void): void {
    const events = this.#router.events.subscribe((event) => {
      const ended =
        event instanceof NavigationEnd ||
        event instanceof NavigationCancel ||
        event instanceof NavigationError ||
        event instanceof NavigationSkipped;
      if (!ended) return;
      events.unsubscribe();
      showPage();
    });
    this.#reloadWhenRestored();
  }

  /**
   * Loads the document again, at the home page. The data of the previous user must not stay in the memory of the page
   * that the next user sees.
   */
  #reloadAtHome(): void {
    this.#reloadWhenRestored();
    const home = this.#location.prepareExternalUrl(this.#homePath);
    this.#document.defaultView?.history.replaceState(null, '', home);
    this.#document.location.reload();
  }

  /** The browser can restore a page that was left by a full navigation. Its user may have changed since then. */
  #reloadWhenRestored(): void {
    this.#document.defaultView?.addEventListener('pageshow', (event) => {
      if (event.persisted) this.#document.location.reload();
    });
  }
}
