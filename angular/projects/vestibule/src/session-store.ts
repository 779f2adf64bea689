import { Injectable, computed, inject, signal, untracked } from '@angular/core';
import { Deadlines, EndReason, SessionState, SessionView } from './api-types';
import { LocalDeadlines, SessionClock } from './session-clock';
import { SessionEvents } from './session-events';
import { TabChannel } from './tab-channel';

/** Members of the response that the tab keeps as they are. They are absent without a session. */
type Kept = Partial<Pick<SessionView, 'method' | 'amr' | 'provider' | 'account' | 'methods'>>;

interface SessionSnapshot extends LocalDeadlines, Kept {
  /** Names the session for the tabs of this browser: its absolute deadline, as the server sent it. */
  readonly id: string | null;
  readonly state: SessionState;
  readonly authenticatedAt?: number | null;
}

interface EndOptions {
  readonly returnTo?: string | null;
  readonly handled?: boolean;
}

const ANONYMOUS: SessionSnapshot = {
  id: null,
  state: 'anonymous',
  expiresAt: null,
  endsAt: null,
};

/**
 * Last known state of the session. Changes made in this tab are sent to the other tabs. The methods `…IfCurrent` apply
 * messages of other tabs and of the server: they send nothing.
 */
@Injectable({ providedIn: 'root' })
export class SessionStore {
  readonly #clock = inject(SessionClock);
  readonly #tabs = inject(TabChannel);
  readonly #events = inject(SessionEvents);

  readonly #current = signal<SessionSnapshot | null>(null);
  readonly #lastEnd = signal<{
    readonly reason: EndReason | null;
    readonly returnTo: string | null;
    readonly handled: boolean;
  } | null>(null);
  readonly #generations = signal(0);
  readonly #longestTimeLeft = signal(0);
  readonly #unconfirmed = signal(false);
  #beganAt = Number.NEGATIVE_INFINITY;
  /**
   * Whether this tab waits for the response to its sign-out, which says what page comes next. An end that a stream or
   * another tab reports first would open the sign-in page, and no request would reach the provider of the user.
   */
  signingOut = false;

  readonly snapshot = this.#current.asReadonly();
  readonly state = computed(() => this.snapshot()?.state ?? 'unknown');
  readonly signedIn = computed(() => this.state() === 'signedIn');
  readonly hasSession = computed(() => !['unknown', 'anonymous'].includes(this.state()));
  readonly id = computed(() => this.snapshot()?.id ?? null);
  readonly secondsLeft = computed(() => this.#clock.secondsUntil(this.snapshot()?.expiresAt));
  readonly secondsToEnd = computed(() => this.#clock.secondsUntil(this.snapshot()?.endsAt));
  /** Whether the idle deadline or the absolute deadline has passed. */
  readonly expired = computed(() => this.#clock.reached(this.snapshot()?.expiresAt));
  readonly reachedEnd = computed(() => this.#clock.reached(this.snapshot()?.endsAt));
  /** The server does not send the idle time. The longest time left so far is the best estimate. */
  readonly idleTime = this.#longestTimeLeft.asReadonly();
  readonly endReason = computed(() => this.#lastEnd()?.reason ?? null);
  /** Page that the caller of `signOut` wants to open after the next sign-in. */
  readonly returnToAfterEnd = computed(() => this.#lastEnd()?.returnTo ?? null);
  /** Whether `signOut` itself opens the next page. */
  readonly endHandled = computed(() => this.#lastEnd()?.handled ?? false);
  /**
   * Number of the current session in this tab. It grows when a session starts or ends, even if the state stays the
   * same. A response that belongs to an older generation must be ignored.
   */
  readonly generation = this.#generations.asReadonly();
  readonly needsConfirmation = computed(() => this.hasSession() && this.#unconfirmed());

  /** Starts a new generation after a sign-in step. */
  begin(view: SessionView): void {
    this.#beganAt = performance.now();
    if (untracked(this.signedIn) && view.state === 'signedIn') {
      this.#events.emit({ type: 'stepUp', amr: view.amr ?? [] });
    }
    this.#nextGeneration();
    this.#lastEnd.set(null);
    this.#longestTimeLeft.set(0);
    this.applyView(view);
    if (untracked(this.signedIn)) this.#tabs.send({ type: 'signed-in' });
  }

  /** Whether the session of this tab is younger than this. */
  beganWithin(milliseconds: number): boolean {
    return performance.now() - this.#beganAt < milliseconds;
  }

  /** Replaces the snapshot within the current generation. */
  applyView(view: SessionView): void {
    const before = untracked(this.state);
    const { method, provider } = view;
    this.#current.set({
      ...view,
      id: view.endsAt,
      ...this.#clock.toLocal(view),
      authenticatedAt: this.#clock.toLocalTime(view.authenticatedAt),
    });
    this.#deadlinesChanged();
    this.#unconfirmed.set(false);
    if (view.state === 'signedIn' && before !== 'signedIn') {
      this.#events.emit({ type: 'signedIn', method, provider, restored: before === 'unknown' });
    }
  }

  applyDeadlines(view: Deadlines | SessionView): void {
    this.#setDeadlines(this.#clock.toLocal(view));
  }

  broadcastDeadlines(): void {
    const { expiresAt, id: endsAt } = untracked(this.snapshot) ?? ANONYMOUS;
    if (expiresAt === null || endsAt === null) return;
    const serverTime = this.#clock.toServer();
    const deadlines = { expiresAt: this.#clock.toServer(expiresAt), endsAt, serverTime };
    this.#tabs.send({ type: 'extended', deadlines });
  }

  /** Moves the deadlines if they are those of this session. Returns whether they were. */
  extendIfCurrent(deadlines: Deadlines): boolean {
    if (!untracked(this.hasSession) || deadlines.endsAt !== untracked(this.id)) return false;
    this.applyDeadlines(deadlines);
    return true;
  }

  end(reason: EndReason | null, options?: EndOptions): void {
    const session = untracked(this.id);
    if (this.endIfCurrent(session, reason, options)) {
      this.#tabs.send({ type: 'signed-out', session, reason });
    }
  }

  /**
   * Ends the session if it is this one. A late message about an older session must not throw out a user who has signed in
   * again. Returns whether it was this session.
   */
  endIfCurrent(
    session: string | null,
    reason: EndReason | null,
    { returnTo = null, handled = false }: EndOptions = {},
  ): boolean {
    const state = untracked(this.state);
    if (this.signingOut || !untracked(this.hasSession) || session !== untracked(this.id))
      return false;
    this.#nextGeneration();
    this.#lastEnd.set({ reason, returnTo, handled });
    this.#current.set(ANONYMOUS);
    this.#unconfirmed.set(false);
    if (state === 'signedIn')
      this.#events.emit(
        reason === 'signed_out' ? { type: 'signedOut' } : { type: 'ended', reason },
      );
    return true;
  }

  requireConfirmation(): void {
    this.#unconfirmed.set(true);
  }

  markConfirmed(): void {
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
    const { expiresAt } = untracked(this.snapshot) ?? ANONYMOUS;
    const timeLeft = expiresAt === null ? 0 : this.#clock.timeUntil(expiresAt);
    this.#longestTimeLeft.update((longest) => Math.max(longest, timeLeft));
    this.#clock.update();
  }
}
