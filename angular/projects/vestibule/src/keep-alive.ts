/**
 * Functions that `KeepAlive` calls.
 *
 * @example
 * ```ts
 * const dependencies: KeepAliveDependencies = {
 *   ping: () => session.extend(),
 *   runExclusively: (task) => task(),
 *   isOutage,
 * };
 * ```
 */
export interface KeepAliveDependencies {
  /** Extends the session. Rejects if the session has ended or the server does not respond. */
  ping(): Promise<void>;
  /** Runs the task unless another tab is running it. */
  runExclusively(task: () => Promise<void>): Promise<void>;
  /** Whether the error of `ping` is an outage, so that `ping` is worth another attempt. */
  isOutage(error: unknown): boolean;
}

const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

/**
 * Extends the session while the user is active in any tab: one request per interval, and none without input.
 *
 * ```text
 *  recordInput ─(interval after the last ping of any tab)─▶ runExclusively ─▶ ping ─▶ other tabs: extendedByOtherTab
 *       ▲                                                                      │
 *       └─────────────────────────── outage: retry with back-off ◀─────────────┘
 * ```
 * The class depends on no framework. It does not know when the session ends: the caller must call `stop`.
 *
 * @example
 * ```ts
 * const keepAlive = new KeepAlive({ ping, runExclusively: (task) => task(), isOutage });
 * keepAlive.start(600_000);
 * window.addEventListener('keydown', () => keepAlive.recordInput());
 * ```
 */
export class KeepAlive {
  readonly #dependencies: KeepAliveDependencies;
  #interval = 0;
  #lastPing = 0;
  #retryAt = 0;
  #retryDelay = FIRST_RETRY;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(dependencies: KeepAliveDependencies) {
    this.#dependencies = dependencies;
  }

  /** Starts for a session that has just been opened or extended. `idleTime` is in milliseconds. */
  start(idleTime: number): void {
    this.stop();
    this.#running = true;
    this.#interval = pingInterval(idleTime);
    this.#lastPing = performance.now();
  }

  /** Stops, for example because the session has ended. Later input is ignored. */
  stop(): void {
    this.#running = false;
    this.#retryAt = 0;
    this.#retryDelay = FIRST_RETRY;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Corrects the idle time. A page that opens in the middle of it sees only the rest at first. */
  setIdleTime(idleTime: number): void {
    this.#interval = pingInterval(idleTime);
  }

  /** Records input of the user in this tab. */
  recordInput(): void {
    if (this.#running) this.#schedule();
  }

  /** Records that another tab has extended the session. This covers all earlier input in this tab. */
  extendedByOtherTab(): void {
    this.#lastPing = performance.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const due = Math.max(this.#lastPing + this.#interval, this.#retryAt);
    this.#timer = setTimeout(() => void this.#ping(), Math.max(0, due - performance.now()));
  }

  async #ping(): Promise<void> {
    this.#timer = undefined;
    const lastPing = this.#lastPing;
    await this.#dependencies.runExclusively(async () => {
      // The message about the ping of another tab may arrive while this tab waits for the lock.
      if (this.#lastPing !== lastPing) return;
      this.#lastPing = performance.now();
      try {
        await this.#dependencies.ping();
        this.#retryDelay = FIRST_RETRY;
        this.#retryAt = 0;
      } catch (error) {
        this.#scheduleRetry(error);
      }
    });
  }

  #scheduleRetry(error: unknown): void {
    // The session may have ended during the request. No retry may extend it then.
    if (!this.#running || !this.#dependencies.isOutage(error)) return;
    this.#retryAt = performance.now() + this.#retryDelay;
    this.#lastPing = performance.now() - this.#interval;
    this.#retryDelay = Math.min(this.#retryDelay * 2, LAST_RETRY);
    this.#schedule();
  }
}

/**
 * Returns the milliseconds between two pings: a tenth of the idle time, at least 5 s, at most a third of the idle time.
 * The server writes at most once per tenth of the idle time, so the interval is 250 ms longer.
 *
 * @example
 * ```ts
 * pingInterval(600_000); // 60_250
 * ```
 */
export function pingInterval(idleTime: number): number {
  return Math.min(Math.max(idleTime / 10 + 250, 5_000), idleTime / 3);
}
