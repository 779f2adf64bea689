import { DOCUMENT, Injectable, inject, untracked } from '@angular/core';
import { EndReason, SessionView } from './api-types';
import { explainMissingCookie } from './diagnostics';
import { SessionClock } from './session-clock';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** A session that ends sooner after its sign-in was never stored by the browser. */
const COOKIE_CHECK = 5_000;

/** Compares the session of this tab with the server's. */
@Injectable({ providedIn: 'root' })
export class SessionCheck {
  readonly #requests = inject(SessionRequests);
  readonly #store = inject(SessionStore);
  readonly #clock = inject(SessionClock);
  readonly #tabs = inject(TabChannel);

  readonly #document = inject(DOCUMENT);

  #running: Promise<void> | undefined;
  #cookies = 0;

  /** Reads the session from the server. Concurrent calls share one request, also those of other tabs. */
  refresh(knownReason?: EndReason): Promise<void> {
    return untracked(() => {
      this.#running ??= this.#check(knownReason).finally(() => (this.#running = undefined));
      return this.#running;
    });
  }

  /** Discards the answer to a running request, which was sent with an older cookie, and sends another one. */
  cookieChanged(): void {
    this.#cookies += 1;
  }

  /**
   * Like `refresh`. If the deadline has passed, `needsConfirmation` is true until the server responds: the page may
   * show data of a session that has ended.
   */
  async confirm(): Promise<void> {
    this.#clock.update();
    if (this.#store.expired()) this.#store.requireConfirmation();
    try {
      await this.refresh();
      this.#store.markConfirmed();
    } catch (error) {
      if (!this.#store.expired()) this.#store.markConfirmed();
      throw error;
    }
  }

  async #check(knownReason?: EndReason): Promise<void> {
    const generation = this.#store.generation();
    const view = await this.#ask();
    if (generation !== this.#store.generation()) return;
    if (view.state !== 'anonymous' || !this.#store.hasSession()) {
      this.#store.applyView(view);
      return;
    }
    if (typeof ngDevMode === 'undefined' || ngDevMode) {
      if (this.#store.beganWithin(COOKIE_CHECK) && !knownReason)
        explainMissingCookie(this.#document.location);
    }
    const reason = await this.#endReason(knownReason);
    if (generation === this.#store.generation()) this.#store.end(reason);
  }

  async #ask(): Promise<SessionView> {
    for (;;) {
      const cookies = this.#cookies;
      const view = await this.#tabs.share('session', () => this.#requests.getSession());
      if (cookies === this.#cookies) return view;
    }
  }

  async #endReason(knownReason?: EndReason): Promise<EndReason | null> {
    if (!this.#store.signedIn()) return 'sign_in_expired';
    if (knownReason) return knownReason;
    this.#clock.update();
    if (this.#store.reachedEnd()) return 'max_age';
    if (this.#store.expired()) return 'idle';
    return this.#tabs.share(`end-reason:${this.#store.id()}`, () => this.#requests.getEndReason());
  }
}
