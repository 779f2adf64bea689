import { DOCUMENT, DestroyRef, Service, effect, inject, signal, untracked } from '@angular/core';
import { listenForInput, listenForVisible } from './activity';
import { KeepAlive } from './keep-alive';
import { isOutage } from './problem';
import { Session } from './session';
import { TabChannel } from './tab-channel';

/** Runs keep-alive while somebody is signed in, and lets it rest while they are asked whether they are there. */
@Service({ autoProvided: false })
export class KeepAliveRunner {
  private readonly session = inject(Session);
  private readonly tabs = inject(TabChannel);
  private readonly window = inject(DOCUMENT).defaultView;

  /** Only a click counts now: a mouse on its way to "Sign out" must not keep the session. */
  readonly paused = signal(false);

  private readonly keepAlive = new KeepAlive({
    ping: () => this.session.extend(),
    runExclusively: (task) => this.tabs.runExclusively(task),
    isOutage,
  });

  constructor() {
    effect(() => {
      if (!this.session.signedIn()) this.keepAlive.stop();
      else untracked(() => this.keepAlive.start(this.session.idleTime()));
    });
    effect(() => this.keepAlive.setIdleTime(this.session.idleTime()));
    this.tabs.listen((message) => {
      if (message.type === 'extended') this.keepAlive.extendedByOtherTab();
    });
    const destroyed = inject(DestroyRef);
    destroyed.onDestroy(() => this.keepAlive.stop());
    if (!this.window) return;
    destroyed.onDestroy(listenForInput(this.window, () => this.input()));
    destroyed.onDestroy(listenForVisible(this.window.document, () => void this.returned()));
  }

  /** Who comes back to the tab is there, if the session still is. */
  private async returned(): Promise<void> {
    await this.session.refresh().catch(() => undefined);
    this.input();
  }

  private input(): void {
    if (!this.paused()) this.keepAlive.recordInput();
  }
}
