import type { NgZone } from '@angular/core';
import { Deadlines, EndReason } from './api-types';

/** Message to the other tabs. Times are the server's: the clocks of two tabs may differ. */
export type TabMessage =
  /** The session cookie has changed. */
  | { readonly type: 'signed-in' }
  /** `session` names the session that ended, so that a late message does not end the next session. */
  | {
      readonly type: 'signed-out';
      readonly session: string | null;
      readonly reason: EndReason | null;
    }
  | { readonly type: 'extended'; readonly deadlines: Deadlines }
  /** The server's answer to a request that was sent at `askedAt`, by the machine's clock. */
  | {
      readonly type: 'answer';
      readonly topic: string;
      readonly askedAt: number;
      readonly answer: unknown;
    };

/** A tab that waits longer sends its own request: the tab with the lock may be frozen. */
const LONGEST_TURN = 2_000;
/** Time in which the other tabs receive an answer before the next tab takes the lock. */
const DELIVERY = 100;
const KEEP_ALIVE_DELIVERY = 500;

/**
 * Channel to the other tabs of this browser. A browser may lack Web Locks and BroadcastChannel, or refuse them in private
 * mode and in sandboxed frames. Each tab works alone then.
 */
export class TabChannel {
  readonly #name: string;
  readonly #zone: Pick<NgZone, 'runOutsideAngular'> | null;
  readonly #channel: BroadcastChannel | null;

  /** Timers and listeners are outside the zone. Without a name the tab works alone. */
  constructor(name: string | null, zone: Pick<NgZone, 'runOutsideAngular'> | null = null) {
    this.#name = name ?? '';
    this.#zone = zone;
    this.#channel = name === null ? null : openChannel(name);
  }

  /** Calls the listener for each message. Returns a function that stops it. */
  listen(listener: (message: TabMessage) => void): () => void {
    const onMessage = (event: MessageEvent<TabMessage>) => listener(event.data);
    this.#outside(() => this.#channel?.addEventListener('message', onMessage));
    return () => this.#channel?.removeEventListener('message', onMessage);
  }

  send(message: TabMessage): void {
    try {
      this.#channel?.postMessage(message);
    } catch {
      // The channel is closed. The other tabs see the change at their next request.
    }
  }

  /**
   * Sends a request in one tab for all tabs that wait for the same answer. Ten restored tabs then send few requests. An
   * answer counts only if its request was sent after this call: the cookie may have changed between them.
   */
  async share<T>(topic: string, request: () => Promise<T>): Promise<T> {
    const since = Date.now();
    const answers: T[] = [];
    const answered = new AbortController();
    const stop = this.listen((message) => {
      if (message.type !== 'answer' || message.topic !== topic || message.askedAt < since) return;
      answers.push(message.answer as T);
      answered.abort();
    });
    const limit = this.#outside(() => setTimeout(() => answered.abort(), LONGEST_TURN));
    try {
      await this.#withLock(topic, { signal: answered.signal }, DELIVERY, async () => {
        if (answers.length > 0) return;
        const askedAt = Date.now();
        const answer = await request();
        answers.push(answer);
        this.send({ type: 'answer', topic, askedAt, answer });
      });
      return answers.at(-1) as T;
    } finally {
      clearTimeout(limit);
      stop();
    }
  }

  /**
   * Runs the task unless another tab is running it. The tab that received the input takes the lock, and keeps it until
   * the other tabs have received the message about the result. A tab with a permanent lock could be in the background,
   * where browsers slow timers to one per minute.
   */
  runExclusively(task: () => Promise<void>): Promise<void> {
    return this.#withLock('keep-alive', { ifAvailable: true }, KEEP_ALIVE_DELIVERY, task);
  }

  /**
   * Runs the task in one tab of this browser, and in the next one when that tab is closed. Resolves to `false` if tabs
   * cannot share: the task did not run then.
   */
  async lead(topic: string, stopped: AbortSignal, task: () => Promise<void>): Promise<boolean> {
    const locks = webLocks();
    if (!locks || this.#channel === null) return false;
    const state = { started: false };
    const run = () => {
      state.started = true;
      return task();
    };
    try {
      await this.#request(locks, topic, { signal: stopped }, run);
      return true;
    } catch {
      return state.started || stopped.aborted;
    }
  }

  close(): void {
    this.#channel?.close();
  }

  /** Runs the task with the lock, and keeps the lock for the delivery of the task's message. */
  #withLock(
    topic: string,
    options: LockOptions,
    delivery: number,
    task: () => Promise<void>,
  ): Promise<void> {
    const locks = webLocks();
    if (!locks || this.#channel === null) return task();
    return new Promise((resolve, reject) => {
      let started = false;
      const run = () => {
        started = true;
        return task().then(resolve, reject);
      };
      const withLock = async (lock: Lock | null) => {
        if (lock === null) {
          resolve();
          return;
        }
        await run();
        await new Promise((delivered) => setTimeout(delivered, delivery));
      };
      // The browser refuses locks, for example in a sandboxed frame, or the wait was long enough.
      const withoutLock = () => (started ? undefined : run());
      this.#request(locks, topic, options, withLock).catch(withoutLock);
    });
  }

  async #request(
    locks: LockManager,
    topic: string,
    options: LockOptions,
    task: (lock: Lock | null) => Promise<void>,
  ): Promise<void> {
    await locks.request(`${this.#name}:${topic}`, options, task);
  }

  #outside<T>(task: () => T): T {
    return this.#zone ? this.#zone.runOutsideAngular(task) : task();
  }
}

function openChannel(name: string): BroadcastChannel | null {
  try {
    return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  } catch {
    return null;
  }
}

/** Returns the Web Locks of the browser. Reading the property throws in some sandboxed frames. */
export function webLocks(): LockManager | null {
  try {
    return (typeof navigator === 'undefined' ? undefined : navigator.locks) ?? null;
  } catch {
    return null;
  }
}
