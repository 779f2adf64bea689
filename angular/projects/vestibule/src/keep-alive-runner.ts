import {
  DOCUMENT,
  DestroyRef,
  Injectable,
  InjectionToken,
  NgZone,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { listenForInput, listenForVisible } from './activity';
import { KeepAlive } from './keep-alive';
import { isOutage } from './problem';
import { Session } from './session';
import { TabChannel } from './tab-channel';

/** Shared with the idle warning, which works with and without keep-alive. */
export const KEEP_ALIVE_PAUSED = new InjectionToken('KEEP_ALIVE_PAUSED', {
  factory: () => signal(false),
});

/** Runs keep-alive while the user is signed in. */
@Injectable()
export class KeepAliveRunner {
  readonly #session = inject(Session);
  readonly #tabs = inject(TabChannel);
  readonly #window = inject(DOCUMENT).defaultView;

  /**
   * Whether input is ignored. The idle warning sets it while its dialog is open: moving the mouse to "Sign out" must
   * not extend the session.
   */
  readonly paused = inject(KEEP_ALIVE_PAUSED);

  readonly #keepAlive = new KeepAlive({
    ping: () => this.#session.extend(),
    runExclusively: (task) => this.#tabs.runExclusively(task),
    isOutage,
  });

  constructor() {
    effect(() => {
      if (!this.#session.signedIn()) this.#keepAlive.stop();
      else untracked(() => this.#keepAlive.start(this.#session.idleTime()));
    });
    effect(() => this.#keepAlive.setIdleTime(this.#session.idleTime()));
    this.#tabs.listen((message) => {
      if (message.type === 'extended') this.#keepAlive.extendedByOtherTab();
    });
    const destroyed = inject(DestroyRef);
    destroyed.onDestroy(() => this.#keepAlive.stop());
    // Inside the zone, each mouse move would start a change detection of the whole application.
    inject(NgZone).runOutsideAngular(() => this.#listenForInput(destroyed));
  }

  #listenForInput(destroyed: DestroyRef): void {
    if (!this.#window) return;
    destroyed.onDestroy(listenForInput(this.#window, () => this.#onInput()));
    destroyed.onDestroy(listenForVisible(this.#window.document, () => void this.#onVisible()));
  }

  /** Opening the tab counts as input. The session is checked first, because it may have ended. */
  async #onVisible(): Promise<void> {
    await this.#session.refresh().catch(() => undefined);
    this.#onInput();
  }

  #onInput(): void {
    if (!this.paused()) this.#keepAlive.recordInput();
  }
}
