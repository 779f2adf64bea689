import { Injectable, signal } from '@angular/core';
import { Deadlines, SessionView } from './api-types';

/** Deadlines in milliseconds of this machine's clock; `null` without a session. */
export interface LocalDeadlines {
  readonly expiresAt: number | null;
  readonly endsAt: number | null;
}

/** Deadlines of the session on this machine's clock, which may differ from the server's by hours. */
@Injectable({ providedIn: 'root' })
export class SessionClock {
  readonly #now = signal(Date.now());

  /** Updates the countdowns every second. Returns a function that stops the updates. */
  start(): () => void {
    const timer = setInterval(() => this.update(), 1_000);
    return () => clearInterval(timer);
  }

  /** Updates the countdowns at once: browsers stop timers while a page is hidden. */
  update(): void {
    this.#now.set(Date.now());
  }

  /** Converts the server's deadlines. `serverTime` shows how far the two clocks differ. */
  toLocal(view: Deadlines | SessionView): LocalDeadlines {
    const difference = Date.parse(view.serverTime) - Date.now();
    const local = (time: string | null) => (time === null ? null : Date.parse(time) - difference);
    return { expiresAt: local(view.expiresAt), endsAt: local(view.endsAt) };
  }

  /** Returns whole seconds, never negative. Reads a signal, so `computed` follows the countdown. */
  secondsUntil(time: number | null | undefined): number | null {
    return time == null ? null : Math.max(0, Math.ceil((time - this.#now()) / 1_000));
  }
}
