import { Injectable, inject } from '@angular/core';
import { EndReason } from './api-types';
import { SessionClock } from './session-clock';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';

/** Compares the session of this tab with the server's. */
@Injectable({ providedIn: 'root' })
export class SessionCheck {
  readonly #requests = inject(SessionRequests);
  readonly #store = inject(SessionStore);
  readonly #clock = inject(SessionClock);

  #running: Promise<void> | undefined;

  /** Reads the session from the server. Concurrent calls share one request. */
  refresh(knownReason?: EndReason): Promise<void> {
    this.#running ??= this.#check(knownReason).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /**
   * Like `refresh`. If the deadline has passed, `needsConfirmation` is true until the server responds: the page may
   * show data of a session that has ended.
   */
  async confirm(): Promise<void> {
    this.#clock.update();
    if (this.#store.secondsLeft() === 0) this.#store.requireConfirmation();
    try {
      await this.refresh();
      this.#store.markConfirmed();
    } catch (error) {
      if (this.#store.secondsLeft() !== 0) this.#store.markConfirmed();
      throw error;
    }
  }

  async #check(knownReason?: EndReason): Promise<void> {
    const generation = this.#store.generation();
    const view = await this.#requests.getSession();
    if (generation !== this.#store.generation()) return;
    if (view.state !== 'anonymous' || !this.#store.hasSession()) {
      this.#store.applyView(view);
      return;
    }
    const reason = await this.#endReason(knownReason);
    if (generation === this.#store.generation()) this.#store.end(reason);
  }

  async #endReason(knownReason?: EndReason): Promise<EndReason | null> {
    if (!this.#store.signedIn()) return 'sign_in_expired';
    if (knownReason) return knownReason;
    this.#clock.update();
    if (this.#store.secondsToEnd() === 0) return 'max_age';
    if (this.#store.secondsLeft() === 0) return 'idle';
    return this.#requests.getEndReason();
  }
}
