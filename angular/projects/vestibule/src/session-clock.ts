import { Injectable, NgZone, inject, signal } from '@angular/core';
import { Deadlines, SessionView } from './api-types';
import { MachineClock } from './machine-clock';
import { onServer } from './platform';

/** Deadlines in milliseconds of this clock; `null` without a session. */
export interface LocalDeadlines {
  readonly expiresAt: number | null;
  readonly endsAt: number | null;
}

/** Longest wait of a timer. A browser fires a timer with a longer one at once. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * Deadlines of the session on this machine's clock, which may differ from the server's by hours.
 *
 * A timer runs only while a template or an effect reads a countdown: each reading sets the timer for the next change,
 * and only a reader that follows the signal reads again. The timer is outside the Angular zone, so that it starts no
 * change detection and does not delay `whenStable`.
 */
@Injectable({ providedIn: 'root' })
export class SessionClock {
  readonly #zone = inject(NgZone);
  readonly #server = onServer();
  readonly #machine = new MachineClock();
  readonly #updates = signal(0);

  #serverAhead = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;

  /** Updates the countdowns at once: browsers stop timers while a page is hidden. */
  update(): void {
    this.#updates.update((count) => count + 1);
  }

  /** Milliseconds until a deadline. Reads no signal. */
  timeUntil(time: number): number {
    return time - this.#machine.now();
  }

  /** Converts the server's deadlines. */
  toLocal(view: Deadlines | SessionView): LocalDeadlines {
    this.#serverAhead = Date.parse(view.serverTime) - this.#machine.now();
    return { expiresAt: this.toLocalTime(view.expiresAt), endsAt: this.toLocalTime(view.endsAt) };
  }

  /** Converts a time of the last response. */
  toLocalTime(time: string | null): number | null {
    return time === null ? null : Date.parse(time) - this.#serverAhead;
  }

  /** Converts to the server's clock. The clocks of two tabs differ after the machine's clock was set back. */
  toServer(time: number = this.#machine.now()): string {
    return new Date(time + this.#serverAhead).toISOString();
  }

  /** Converts to the time that the machine shows. */
  toDate(time: number): Date {
    return new Date(time - this.#machine.now() + Date.now());
  }

  /** Returns whole seconds, never negative. Reads a signal, so `computed` follows the countdown. */
  secondsUntil(time: number | null | undefined): number | null {
    if (time == null) return null;
    this.#updates();
    const left = this.timeUntil(time);
    const seconds = Math.max(0, Math.ceil(left / 1_000));
    if (seconds > 0) this.#wakeIn(left - (seconds - 1) * 1_000);
    return seconds;
  }

  /** Whether the time is at most `before` milliseconds away. Reads a signal, which changes at that time. */
  reached(time: number | null | undefined, before = 0): boolean {
    if (time == null) return false;
    this.#updates();
    const left = this.timeUntil(time - before);
    if (left > 0) this.#wakeIn(left);
    return left <= 0;
  }

  #wakeIn(milliseconds: number): void {
    const wait = Math.min(milliseconds, LONGEST_WAIT);
    const wakeAt = this.#machine.now() + wait;
    if (this.#server || wakeAt >= this.#wakeAt) return;
    this.#wakeAt = wakeAt;
    clearTimeout(this.#timer);
    this.#zone.runOutsideAngular(() => {
      this.#timer = setTimeout(() => {
        this.#wakeAt = Number.POSITIVE_INFINITY;
        this.update();
      }, wait);
    });
  }
}
