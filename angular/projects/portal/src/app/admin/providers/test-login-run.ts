import { computed, signal } from '@angular/core';
import { Failure, failureOf } from '@vestibule/angular/console';
import { TestLogin } from './provider';

const POLL_MS = 2_000;

/** The answer to the start of a test login. */
export interface StartedLogin {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** What a run needs of the browser and the service. */
export interface RunDependencies {
  /** Opens an empty tab. `null`: the browser blocked it. */
  readonly openTab: () => Window | null;
  readonly start: () => Promise<StartedLogin>;
  readonly result: (id: string) => Promise<TestLogin>;
  readonly now: () => number;
}

/** A test login in another tab: waits for its result, which comes from the service and never from the tab. */
export class TestLoginRun {
  readonly started = signal<StartedLogin | null>(null);
  readonly blocked = signal(false);
  readonly expired = signal(false);
  readonly failure = signal<Failure | null>(null);
  readonly answer = signal<TestLogin | null>(null);
  readonly waiting = computed(() => this.started() !== null && !this.answer() && !this.expired());

  private tab: Window | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private polling = false;
  /** Counts the ends of runs: one that ended during the request of its start must not continue. */
  private ended = 0;

  constructor(private readonly dependencies: RunDependencies) {}

  async begin(): Promise<void> {
    this.stop();
    this.answer.set(null);
    this.expired.set(false);
    // Browsers allow a new tab only during the click, so it opens before the URL is known.
    const tab = this.dependencies.openTab();
    const { ended } = this;
    try {
      const started = await this.dependencies.start();
      if (this.ended !== ended) {
        tab?.close();
        return;
      }
      if (!/^https?:\/\//.test(started.url)) throw new Error(`not an http(s) URL: ${started.url}`);
      this.started.set(started);
      this.blocked.set(tab === null);
      if (tab) {
        // The pages of the provider must not navigate this page.
        tab.opener = null;
        tab.location.replace(started.url);
      }
      this.tab = tab;
      this.timer = setInterval(() => void this.poll(started), POLL_MS);
    } catch (error) {
      tab?.close();
      this.failure.set(failureOf(error));
    }
  }

  /** Ends the run and closes its tab. Browsers hide the tab from this page when the provider has opened in it; then it stays. A result that is on the screen stays. */
  stop(): void {
    this.ended += 1;
    clearInterval(this.timer);
    this.tab?.close();
    this.tab = null;
    this.started.set(null);
    this.blocked.set(false);
    this.failure.set(null);
  }

  private async poll(started: StartedLogin): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    const answer = await this.dependencies.result(started.id).catch((error: unknown) => {
      // The service no longer has the test for this session, for example after a re-authentication. An outage of a moment does not end it.
      return failureOf(error).code === 'not_found' ? 'gone' : null;
    });
    this.polling = false;
    if (this.started() !== started) return;
    if (answer !== null && answer !== 'gone' && answer.state !== 'waiting') {
      this.stop();
      this.answer.set(answer);
    } else if (answer === 'gone' || this.dependencies.now() >= Date.parse(started.expiresAt)) {
      this.stop();
      this.expired.set(true);
    }
  }
}
