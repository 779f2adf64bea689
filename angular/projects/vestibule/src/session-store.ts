import { Injectable, computed, effect, inject, signal } from '@angular/core';
import { Deadlines, EndReason, SessionState, SessionView, SignInMethod } from './api-types';
import { LocalDeadlines, SessionClock } from './session-clock';
import { TabChannel } from './tab-channel';

interface SessionSnapshot extends LocalDeadlines {
  readonly state: SessionState;
  readonly method: SignInMethod | null;
  readonly amr: readonly string[];
  readonly provider: string | null;
}

const ANONYMOUS: SessionSnapshot = {
  state: 'anonymous',
  expiresAt: null,
  endsAt: null,
  method: null,
  amr: [],
  provider: null,
};

/**
 * Last known state of the session. Changes made in this tab are sent to the other tabs. The methods `…ByOtherTab`
 * apply the messages of the other tabs.
 */
@Injectable({ providedIn: 'root' })
export class SessionStore {
  readonly #clock = inject(SessionClock);
  readonly #tabs = inject(TabChannel);

  readonly #current = signal<SessionSnapshot | null>(null);
  readonly #lastEnd = signal<{
    readonly reason: EndReason | null;
    readonly returnTo: string | null;
  } | null>(null);
  readonly #generations = signal(0);
  readonly #longestTimeLeft = signal(0);
  readonly #unconfirmed = signal(false);

  readonly snapshot = this.#current.asReadonly();
  readonly state = computed(() => this.snapshot()?.state ?? 'unknown');
  readonly signedIn = computed(() => this.state() === 'signedIn');
  readonly hasSession = computed(() => !['unknown', 'anonymous'].includes(this.state()));
  readonly secondsLeft = computed(() => this.#clock.secondsUntil(this.snapshot()?.expiresAt));
  readonly secondsToEnd = computed(() => this.#clock.secondsUntil(this.snapshot()?.endsAt));
  /** The server does not send the idle time. The longest time left so far is the best estimate. */
  readonly idleTime = this.#longestTimeLeft.asReadonly();
  readonly endReason = computed(() => this.#lastEnd()?.reason ?? null);
  /** Path that the caller of `signOut` wants to open after the next sign-in. */
  readonly returnToAfterEnd = computed(() => this.#lastEnd()?.returnTo ?? null);
  /**
   * Number of the current session in this tab. It grows when a session starts or ends, even if the state stays the
   * same. A response that belongs to an older generation must be ignored.
   */
  readonly generation = this.#generations.asReadonly();
  readonly needsConfirmation = computed(() => this.hasSession() && this.#unconfirmed());

  constructor() {
    effect((onCleanup) => {
      if (this.hasSession()) onCleanup(this.#clock.start());
    });
  }

  /** Starts a new generation after a sign-in step. */
  begin(view: SessionView): void {
    this.#nextGeneration();
    this.#lastEnd.set(null);
    this.#longestTimeLeft.set(0);
    this.applyView(view);
    if (this.signedIn()) this.#tabs.send({ type: 'signed-in' });
  }

  /** Replaces the snapshot within the current generation. */
  applyView(view: SessionView): void {
    this.#current.set({ ...view, amr: view.amr ?? [], ...this.#clock.toLocal(view) });
    this.#deadlinesChanged();
    this.#unconfirmed.set(false);
  }

  applyDeadlines(view: Deadlines | SessionView): void {
    this.#setDeadlines(this.#clock.toLocal(view));
  }

  broadcastDeadlines(): void {
    const { expiresAt, endsAt } = this.snapshot() ?? ANONYMOUS;
    if (expiresAt !== null && endsAt !== null) {
      this.#tabs.send({ type: 'extended', expiresAt, endsAt });
    }
  }

  extendedByOtherTab(expiresAt: number, endsAt: number): void {
    if (this.hasSession()) this.#setDeadlines({ expiresAt, endsAt });
  }

  end(reason: EndReason | null, returnTo: string | null = null): void {
    if (!this.hasSession()) return;
    this.#clear(reason, returnTo);
    this.#tabs.send({ type: 'signed-out', reason });
  }

  endedByOtherTab(reason: EndReason | null): void {
    if (this.hasSession()) this.#clear(reason, null);
  }

  requireConfirmation(): void {
    this.#unconfirmed.set(true);
  }

  markConfirmed(): void {
    this.#unconfirmed.set(false);
  }

  #clear(reason: EndReason | null, returnTo: string | null): void {
    this.#nextGeneration();
    this.#lastEnd.set({ reason, returnTo });
    this.#current.set(ANONYMOUS);
    this.#unconfirmed.set(false);
  }

  #nextGeneration(): void {
    this.#generations.update((generation) => generation + 1);
  }

  #setDeadlines(deadlines: LocalDeadlines): void {
    this.#current.update((snapshot) => snapshot && { ...snapshot, ...deadlines });
    this.#deadlinesChanged();
  }

  #deadlinesChanged(): void {
    const timeLeft = (this.snapshot()?.expiresAt ?? 0) - Date.now();
    this.#longestTimeLeft.update((longest) => Math.max(longest, timeLeft));
    this.#clock.update();
  }
}
