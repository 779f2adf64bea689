import { DOCUMENT, DestroyRef, NgZone, effect, inject, untracked } from '@angular/core';
import type { Deadlines, EndReason } from './api-types';
import type { SessionCheck } from './session-check';
import type { SessionClock } from './session-clock';
import type { SessionStore } from './session-store';
import type { TabChannel } from './tab-channel';

/**
 * What the events need of the library. This file imports only types of it: a module that the library loads later and
 * that shares code with it makes all of that code one part, which applications then contain as a whole.
 */
export interface ServerEventsContext {
  readonly store: SessionStore;
  readonly check: SessionCheck;
  readonly clock: SessionClock;
  readonly tabs: TabChannel;
  readonly url: string;
  readonly isEndReason: (reason: unknown) => reason is EndReason;
}

const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;
/** Without Web Locks each tab has a stream. A tab that is hidden for longer closes it: connections are limited. */
const LONGEST_HIDDEN = 60_000;

/**
 * Follows the events of the session (`GET /api/auth/events`), so that an end of the session is on the screen at once.
 * One tab of the browser has the stream and informs the other tabs. Without the stream, the next request shows the end.
 */
export class ServerEvents {
  readonly #context: ServerEventsContext;
  readonly #zone = inject(NgZone);
  readonly #document = inject(DOCUMENT);

  #running: AbortController | null = null;

  constructor(context: ServerEventsContext) {
    this.#context = context;
    effect(() => {
      // A new session, or a new step of it, needs a new stream.
      this.#context.store.generation();
      const signedIn = this.#context.store.signedIn();
      untracked(() => this.#restart(signedIn));
    });
    inject(DestroyRef).onDestroy(() => this.#running?.abort());
  }

  #restart(signedIn: boolean): void {
    this.#running?.abort();
    this.#running = null;
    if (!signedIn || typeof EventSource === 'undefined') return;
    const running = new AbortController();
    this.#running = running;
    this.#zone.runOutsideAngular(() => void this.#run(running.signal));
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const led = await this.#context.tabs.lead('events', stopped, () => this.#follow(stopped));
    if (!led && !stopped.aborted) await this.#followWhileVisible(stopped);
  }

  async #followWhileVisible(stopped: AbortSignal): Promise<void> {
    let visible = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = () => {
      visible = new AbortController();
      void this.#follow(visible.signal);
    };
    const onVisibility = () => {
      clearTimeout(timer);
      if (this.#document.visibilityState === 'hidden') {
        timer = setTimeout(() => visible.abort(), LONGEST_HIDDEN);
      } else if (visible.signal.aborted) {
        start();
      }
    };
    this.#document.addEventListener('visibilitychange', onVisibility);
    start();
    await aborted(stopped);
    this.#document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(timer);
    visible.abort();
  }

  /** Keeps a stream open. After a failure it waits, and asks for the session before the next attempt. */
  async #follow(stopped: AbortSignal): Promise<void> {
    let wait = FIRST_RETRY;
    const isStopped = () => stopped.aborted;
    while (!isStopped()) {
      const opened = await this.#stream(stopped);
      wait = opened ? FIRST_RETRY : Math.min(wait * 2, LAST_RETRY);
      // All browsers lose their streams together when the service restarts. They must not return together.
      await delay(wait * (0.5 + Math.random()), stopped);
      if (isStopped()) return;
      await this.#context.check.refresh().catch(() => undefined);
    }
  }

  /** Resolves when the stream has ended: to whether it was open. */
  #stream(stopped: AbortSignal): Promise<boolean> {
    const session = this.#context.store.id();
    const source = new EventSource(this.#context.url, { withCredentials: true });
    let opened = false;
    source.onopen = () => (opened = true);
    source.addEventListener('session-extended', ({ data }: MessageEvent<string>) =>
      this.#onExtended(data),
    );
    source.addEventListener('session-ended', ({ data }: MessageEvent<string>) => {
      source.close();
      void this.#onEnded(data, session);
    });
    return new Promise((resolve) => {
      const close = () => {
        source.close();
        resolve(opened);
      };
      source.onerror = close;
      stopped.addEventListener('abort', close, { once: true });
    });
  }

  #onExtended(data: string): void {
    const { expiresAt, endsAt } = parse(data);
    if (typeof expiresAt !== 'string' || typeof endsAt !== 'string') return;
    const deadlines: Deadlines = { expiresAt, endsAt, serverTime: this.#context.clock.toServer() };
    if (this.#context.store.extendIfCurrent(deadlines)) this.#context.store.broadcastDeadlines();
  }

  /**
   * The session of the stream has ended. The browser may have a newer one: the server knows. A replica that has not yet
   * seen the end must not keep the page open.
   */
  async #onEnded(data: string, session: string | null): Promise<void> {
    const { reason } = parse(data);
    const known: EndReason | undefined = this.#context.isEndReason(reason) ? reason : undefined;
    this.#context.check.cookieChanged();
    await this.#context.check.refresh(known).catch(() => undefined);
    if (this.#context.store.id() === session) this.#context.store.end(known ?? null);
  }
}

function parse(data: string): Record<string, unknown> {
  try {
    return (JSON.parse(data) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function delay(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void aborted(stopped).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
