import { EndReason } from './api-types';

/** What tabs of one browser tell each other. Times are of this machine's clock, which all tabs share. */
export type TabMessage =
  | { readonly type: 'signed-in' }
  /** Who is here, by the id of the account: a sign-in through a provider comes with a page load, and tells nobody else. */
  | { readonly type: 'user-loaded'; readonly id: string }
  | { readonly type: 'signed-out'; readonly reason: EndReason | null }
  | { readonly type: 'extended'; readonly expiresAt: number; readonly endsAt: number };

/** The other tabs of this browser. Where a browser lacks a part, each tab is alone and still right. */
export class TabChannel {
  private readonly channel: BroadcastChannel | null;

  constructor(private readonly name: string) {
    this.channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  }

  listen(listener: (message: TabMessage) => void): void {
    this.channel?.addEventListener('message', (event: MessageEvent<TabMessage>) =>
      listener(event.data),
    );
  }

  send(message: TabMessage): void {
    this.channel?.postMessage(message);
  }

  /**
   * Runs the task unless another tab is at it. The tab the person acts in takes the lock for as long as the
   * request lasts, and until the others have heard of it: a leader for life may sit in the background, where
   * browsers slow its timers to one a minute.
   */
  runExclusively(task: () => Promise<void>): Promise<void> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
    if (!locks) return task();
    return new Promise((done, failed) => {
      const request = locks.request(`${this.name}:lead`, { ifAvailable: true }, async (lock) => {
        if (lock) await task();
        done();
        if (lock) await new Promise((heard) => setTimeout(heard, 500));
      });
      request.catch(failed);
    });
  }

  close(): void {
    this.channel?.close();
  }
}
