import {
  DestroyRef,
  Injectable,
  NgZone,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { User } from './api-types';
import { onServer } from './platform';
import { isOutage } from './problem';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** A smaller difference is only the time that the response took. */
const EXTENSION_MIN = 500;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

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
  readonly #retrying = signal(false);
  readonly #zone = inject(NgZone);
  readonly #server = onServer();
  #loading: string | null = null;
  #retryWait = FIRST_RETRY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The user stays during a new sign-in, until the user of the new session is known or cannot be loaded. */
  readonly user = computed(() => (this.#store.signedIn() ? (this.#loaded()?.user ?? null) : null));
  readonly loadFailed = computed(() => this.#store.signedIn() && this.#failed());
  /**
   * Whether `user` or `loadFailed` belongs to the current session. An outage says nothing about the user: the request
   * is repeated.
   */
  readonly settled = computed(
    () => (this.#failed() && !this.#retrying()) || this.#loaded()?.session === this.#store.id(),
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
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
      this.#retryWait = FIRST_RETRY;
      this.#applyDeadlines(user, asked);
    } catch (error) {
      if (!isCurrent()) return;
      // The user of an earlier session may be another one. Guards and repeated requests must not take that one.
      if (this.#loaded()?.session !== session) this.#loaded.set(null);
      this.#failed.set(true);
      this.#retrying.set(!this.#server && isOutage(error));
      if (this.#retrying()) this.#retryLater(isCurrent);
    }
  }

  #retryLater(isCurrent: () => boolean): void {
    const retry = () => {
      if (isCurrent() && this.#failed()) void this.load();
    };
    clearTimeout(this.#timer);
    this.#timer = this.#zone.runOutsideAngular(() => setTimeout(retry, this.#retryWait));
    this.#retryWait = Math.min(this.#retryWait * 2, LAST_RETRY);
  }

  /** The request counts as activity, so the server may have extended the session. */
  #applyDeadlines(user: User, asked: boolean): void {
    const before = this.#store.snapshot()?.expiresAt ?? 0;
    this.#store.applyDeadlines(user.session);
    const after = this.#store.snapshot()?.expiresAt ?? 0;
    if (asked && after - before > EXTENSION_MIN) this.#store.broadcastDeadlines();
  }
}
