import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { User } from './api-types';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** A smaller difference is only the time that the response took. */
const EXTENSION_MIN = 500;

interface LoadedUser {
  readonly session: string | null;
  readonly user: User;
}

/** The signed-in user, loaded after each sign-in. */
// Not a `resource`: it would add 13 kB to the first view of every app.
@Injectable({ providedIn: 'root' })
export class CurrentUser {
  readonly #requests = inject(SessionRequests);
  readonly #store = inject(SessionStore);
  readonly #tabs = inject(TabChannel);

  readonly #loaded = signal<LoadedUser | null>(null);
  readonly #failed = signal(false);
  #loading: string | null = null;

  /** The user stays during a new sign-in, until the user of the new session is known. */
  readonly user = computed(() => (this.#store.signedIn() ? (this.#loaded()?.user ?? null) : null));
  readonly loadFailed = computed(() => this.#store.signedIn() && this.#failed());
  /** Whether `user` or `loadFailed` belongs to the current session. */
  readonly settled = computed(() => this.#failed() || this.#loaded()?.session === this.#store.id());

  constructor() {
    effect(() => {
      const session = this.#store.signedIn() ? this.#store.id() : null;
      untracked(() => this.#follow(session));
    });
  }

  load(): Promise<void> {
    return untracked(() => this.#load());
  }

  /** Takes the user who is already known, for example from the server that rendered the page. */
  adopt(user: User): void {
    this.#loading = this.#store.id();
    this.#loaded.set({ session: this.#loading, user });
  }

  #follow(session: string | null): void {
    if (session === null) this.#clear();
    else if (this.#loading !== session) void this.#load();
  }

  #clear(): void {
    this.#loading = null;
    this.#loaded.set(null);
  }

  async #load(): Promise<void> {
    const generation = this.#store.generation();
    const session = this.#store.id();
    this.#loading = session;
    this.#failed.set(false);
    const isCurrent = () => generation === this.#store.generation() && session === this.#store.id();
    try {
      let asked = false;
      const user = await this.#tabs.share(`user:${session}`, () => {
        asked = true;
        return this.#requests.getUser();
      });
      if (!isCurrent()) return;
      this.#loaded.set({ session, user });
      this.#applyDeadlines(user, asked);
    } catch {
      if (isCurrent()) this.#failed.set(true);
    }
  }

  /** The request counts as activity, so the server may have extended the session. */
  #applyDeadlines(user: User, asked: boolean): void {
    const before = this.#store.snapshot()?.expiresAt ?? 0;
    this.#store.applyDeadlines(user.session);
    const after = this.#store.snapshot()?.expiresAt ?? 0;
    if (asked && after - before > EXTENSION_MIN) this.#store.broadcastDeadlines();
  }
}
