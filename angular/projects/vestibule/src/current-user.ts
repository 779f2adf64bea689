import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { User } from './api-types';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** A smaller difference is only the time that the response took. */
const EXTENSION_MIN = 500;

/** The signed-in user, loaded after each sign-in. */
// Not a `resource`: it would add 13 kB to the first view of every app.
@Injectable({ providedIn: 'root' })
export class CurrentUser {
  readonly #requests = inject(SessionRequests);
  readonly #store = inject(SessionStore);
  readonly #tabs = inject(TabChannel);

  readonly #loaded = signal<User | null>(null);
  readonly #failed = signal(false);

  readonly user = computed(() => (this.#store.signedIn() ? this.#loaded() : null));
  readonly loadFailed = computed(() => this.#store.signedIn() && this.#failed());

  constructor() {
    effect(() => {
      const signedIn = this.#store.signedIn();
      untracked(() => (signedIn ? void this.load() : this.#loaded.set(null)));
    });
  }

  async load(): Promise<void> {
    const generation = this.#store.generation();
    this.#failed.set(false);
    try {
      const user = await this.#requests.getUser();
      if (generation !== this.#store.generation()) return;
      this.#loaded.set(user);
      this.#applyDeadlines(user);
      this.#tabs.send({ type: 'user-loaded', id: user.id });
    } catch {
      if (generation === this.#store.generation()) this.#failed.set(true);
    }
  }

  /** The request counts as activity, so the server may have extended the session. */
  #applyDeadlines(user: User): void {
    const before = this.#store.snapshot()?.expiresAt ?? 0;
    this.#store.applyDeadlines(user.session);
    const after = this.#store.snapshot()?.expiresAt ?? 0;
    if (after - before > EXTENSION_MIN) this.#store.broadcastDeadlines();
  }
}
