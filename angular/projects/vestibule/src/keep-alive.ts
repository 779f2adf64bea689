/** What keep-alive needs from its surroundings. */
export interface KeepAliveDependencies {
  /** Extends the session; rejects when it could not be asked or is over. */
  ping(): Promise<void>;
  /** Runs the task in one tab at a time. */
  runExclusively(task: () => Promise<void>): Promise<void>;
  /** Is this failure an outage (try again), not an answer? */
  isOutage(error: unknown): boolean;
}

const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

/**
 * Keeps the session of a person who is there, and of nobody else: it pings only after input, at most once
 * per interval, whichever tab the input was in.
 *
 * ```text
 *  input ──(interval since the last ping, of any tab)──▶ runExclusively ──▶ ping ──▶ other tabs: extendedByOtherTab
 *    ▲                                                              │
 *    └───────────────────── outage: again after a back-off ◀────────┘
 * ```
 * It knows no framework and no deadline: who calls `stop` decides when a session is over.
 */
export class KeepAlive {
  private interval = 0;
  private lastPing = 0;
  private retryAt = 0;
  private retryDelay = FIRST_RETRY;
  private running = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly dependencies: KeepAliveDependencies) {}

  /** A session of this idle time (ms) has just been opened or touched. */
  start(idle: number): void {
    this.stop();
    this.running = true;
    this.interval = pingInterval(idle);
    this.lastPing = Date.now();
  }

  /** The session is over, or asks the person a question that only a click may answer. */
  stop(): void {
    this.running = false;
    this.retryAt = 0;
    this.retryDelay = FIRST_RETRY;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** The idle time became known better: a page may open in the middle of it. */
  setIdleTime(idle: number): void {
    this.interval = pingInterval(idle);
  }

  /** The person did something in this tab. */
  recordInput(): void {
    if (this.running) this.schedule();
  }

  /** Another tab has just pinged: what was done here until now is covered by it. */
  extendedByOtherTab(): void {
    this.lastPing = Date.now();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    const due = Math.max(this.lastPing + this.interval, this.retryAt);
    this.timer = setTimeout(() => void this.ping(), Math.max(0, due - Date.now()));
  }

  private async ping(): Promise<void> {
    this.timer = undefined;
    const last = this.lastPing;
    await this.dependencies.runExclusively(async () => {
      // A tab that was stalled may hear of another's ping only now.
      if (this.lastPing !== last) return;
      this.lastPing = Date.now();
      try {
        await this.dependencies.ping();
        this.retryDelay = FIRST_RETRY;
        this.retryAt = 0;
      } catch (error) {
        this.scheduleRetry(error);
      }
    });
  }

  private scheduleRetry(error: unknown): void {
    // `running` may have ended while the request was under way: a session that was ended stays ended.
    if (!this.running || !this.dependencies.isOutage(error)) return;
    this.retryAt = Date.now() + this.retryDelay;
    this.lastPing = Date.now() - this.interval;
    this.retryDelay = Math.min(this.retryDelay * 2, LAST_RETRY);
    this.schedule();
  }
}

/**
 * Milliseconds between pings: a tenth of the idle time, as the server writes no oftener, and a little more, so
 * that it does write; at least 5 s, but never more than a third, so that short idle times are kept too.
 */
export function pingInterval(idle: number): number {
  return Math.min(Math.max(idle / 10 + 250, 5_000), idle / 3);
}
