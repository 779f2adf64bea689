import { EndReason } from './api-types';

/** Message to the other tabs. All tabs share one clock, so times need no conversion. */
export type TabMessage =
  | { readonly type: 'signed-in' }
  /** Sent after each page load: a federated login loads the page, so no tab sends `signed-in`. */
  | { readonly type: 'user-loaded'; readonly id: string }
  | { readonly type: 'signed-out'; readonly reason: EndReason | null }
  | { readonly type: 'extended'; readonly expiresAt: number; readonly endsAt: number };

/** Channel to the other tabs of this browser. Without browser support each tab works alone. */
export class TabChannel {
  readonly #name: string;
  readonly #channel: BroadcastChannel | null;

  constructor(name: string) {
    this.#name = name;
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  }

  listen(listener: (message: TabMessage) => void): void {
    this.#channel?.addEventListener('message', (event: MessageEvent<TabMessage>) =>
      listener(event.data),
    );
  }

  send(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  /**
   * Runs the task unless another tab is running it. The tab that received the input takes the lock, and keeps it until
   * the other tabs have received the message about the result. A tab with a permanent lock could be in the background,
   * where browsers slow timers to one per minute.
   */
  runExclusively(task: () => Promise<void>): Promise<void> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
    if (!locks) return task();
    return new Promise((resolve, reject) => {
      const request = locks.request(
        `${this.#name}:keep-alive`,
        { ifAvailable: true },
        async (lock) => {
          if (lock) await task();
          resolve();
          if (lock) await new Promise((delivered) => setTimeout(delivered, 500));
        },
      );
      request.catch(reject);
    });
  }

  close(): void {
    this.#channel?.close();
  }
}
