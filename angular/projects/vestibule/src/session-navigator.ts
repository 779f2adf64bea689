import { DOCUMENT, DestroyRef, Injectable, NgZone, effect, inject, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { listenForResume } from './activity';
import { SessionState, SessionView } from './api-types';
import { AuthPages } from './auth-pages';
import { GuardedPages } from './guarded-pages';
import { SIGN_IN_PROMPT } from './prompt';
import { Session } from './session';
import { SessionCheck } from './session-check';
import { SessionStore } from './session-store';
import { TabChannel, TabMessage } from './tab-channel';

/** After a longer absence, the page's data stays hidden until the server has confirmed the session. */
const LONG_ABSENCE = 30_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

interface ObservedSession {
  readonly state: SessionState | 'unknown';
  readonly generation: number;
}

/**
 * Navigates when the state of the session changes: after a sign-in step, a 401, a message of another tab, a deadline,
 * or a check after sleep. No other part of the library navigates, except the guards.
 */
@Injectable()
export class SessionNavigator {
  readonly #session = inject(Session);
  readonly #store = inject(SessionStore);
  readonly #check = inject(SessionCheck);
  readonly #tabs = inject(TabChannel);
  readonly #pages = inject(AuthPages);
  readonly #guarded = inject(GuardedPages);
  readonly #prompt = inject(SIGN_IN_PROMPT, { optional: true });
  readonly #router = inject(Router);
  readonly #window = inject(DOCUMENT).defaultView;
  readonly #zone = inject(NgZone);
  readonly #destroyed = inject(DestroyRef);

  #previous: ObservedSession = { state: this.#store.state(), generation: this.#store.generation() };
  #confirming = false;
  #cookieChanges = 0;
  #hidePage = false;

  constructor() {
    effect(() => {
      const current: ObservedSession = {
        state: this.#store.state(),
        generation: this.#store.generation(),
      };
      untracked(() => this.#onSessionChange(current));
    });
    effect(() => {
      if (this.#store.expired()) untracked(() => void this.#hideAndConfirm());
    });
    this.#tabs.listen((message) => this.#onMessage(message));
    this.#destroyed.onDestroy(() => this.#tabs.close());
    this.#zone.runOutsideAngular(() => this.#listenForResume());
    // The server that rendered the page has already sent the session with it.
    if (this.#store.state() === 'unknown') void this.#confirm();
  }

  #listenForResume(): void {
    if (!this.#window) return;
    const stop = listenForResume(this.#window, (absence) => {
      void (absence >= LONG_ABSENCE ? this.#hideAndConfirm() : this.#confirm());
    });
    this.#destroyed.onDestroy(stop);
  }

  #onSessionChange(current: ObservedSession): void {
    const previous = this.#previous;
    this.#previous = current;
    // The guards of the first navigation handle the first response: they are waiting for it.
    if (previous.state === 'unknown') return;
    if (previous.state === current.state && previous.generation === current.generation) return;
    const wasSignedIn = previous.state === 'signedIn';
    // Only a sign-in in this tab starts a new generation with a session: a form on a public page leads to the next step.
    const startedHere = this.#store.hasSession() && previous.generation !== current.generation;
    if (current.state === 'signedIn') {
      // The dialog handles the steps of its sign-in.
      if (!this.#prompt?.open) this.#leaveAuthPage();
    } else if (startedHere || this.#mustLeave()) {
      if (this.#prompt && wasSignedIn) void this.#signInOverPage();
      else if (!this.#prompt?.open) this.#openAuthPage(wasSignedIn);
    }
  }

  /** Keeps the page if the same user signs in again. For another user, the prompt leaves the page itself. */
  async #signInOverPage(): Promise<void> {
    const result = await this.#prompt?.signIn(this.#store.endReason());
    if (result === 'cancelled' && this.#store.state() !== 'signedIn') this.#openAuthPage(true);
  }

  /** A page that changes the account stays open: it shows the next step itself. */
  #leaveAuthPage(): void {
    const { url } = this.#router;
    if (!this.#pages.isAuthPage(url) || this.#pages.isChangePage(url)) return;
    this.#pages.openTarget(this.#requestedTarget());
  }

  /** Whether the page needs a session. Public pages stay open when a session ends. */
  #mustLeave(): boolean {
    const { url } = this.#router;
    // The link page has a sign-in form of its own. After a sign-out, `signOut` opens the next page.
    if (this.#store.endHandled() || (!this.#store.hasSession() && this.#pages.isLinkPage(url))) {
      return false;
    }
    return (
      this.#pages.isAuthPage(url) ||
      this.#guarded.opening() !== null ||
      this.#guarded.currentIsGuarded()
    );
  }

  #openAuthPage(wasSignedIn: boolean): void {
    const { url } = this.#router;
    // A signed-in user opens such a page like any other page, and may want to come back to it.
    const onAuthPage =
      this.#pages.isAuthPage(url) && !(wasSignedIn && this.#pages.isChangePage(url));
    this.#pages.openStep(this.#session, this.#returnTo(onAuthPage), onAuthPage);
  }

  /** Returns the page to open after the next sign-in: none after a sign-out by the user. */
  #returnTo(onAuthPage: boolean): string | null {
    const requested = this.#store.returnToAfterEnd();
    if (requested !== null) return requested;
    if (this.#store.endReason() === 'signed_out') return null;
    return onAuthPage
      ? this.#pages.read(this.#requestedTarget())
      : this.#pages.targetOf(this.#guarded.opening() ?? this.#router.url);
  }

  #requestedTarget(): unknown {
    return this.#router.parseUrl(this.#router.url).queryParams['returnTo'];
  }

  #onMessage(message: TabMessage): void {
    const { type } = message;
    // This tab is already waiting for the server.
    if (this.#store.state() === 'unknown') return;
    if (type === 'signed-in') void this.#followOtherTab();
    if (type === 'signed-out' && !this.#store.endIfCurrent(message.session, message.reason)) {
      void this.#followOtherTab();
    }
    if (type === 'extended' && !this.#store.extendIfCurrent(message.deadlines)) {
      void this.#followOtherTab();
    }
    // A federated login loads the page, so no tab sends `signed-in`.
    if (type === 'answer' && message.topic === 'session' && this.#contradicts(message.answer)) {
      void this.#followOtherTab();
    }
  }

  #contradicts(answer: unknown): boolean {
    const { state, endsAt } = answer as SessionView;
    return state !== this.#store.state() || endsAt !== this.#store.id();
  }

  /** Asks the server: only the server knows whose message came last. */
  async #followOtherTab(): Promise<void> {
    const session = this.#store.id();
    this.#cookieChanges += 1;
    this.#check.cookieChanged();
    await this.#confirm();
    if (this.#session.signedIn() && this.#store.id() === session) void this.#session.reloadUser();
  }

  #hideAndConfirm(): Promise<void> {
    this.#hidePage = true;
    return this.#confirm();
  }

  /** Confirms the session. During an outage it retries, because an outage must not end a session. */
  async #confirm(): Promise<void> {
    if (this.#confirming) return;
    this.#confirming = true;
    for (
      let wait = FIRST_RETRY;
      !this.#destroyed.destroyed;
      wait = Math.min(wait * 2, LAST_RETRY)
    ) {
      const cookieChanges = this.#cookieChanges;
      try {
        if (this.#hidePage) this.#store.requireConfirmation();
        await this.#check.confirm();
        if (this.#session.userLoadFailed()) void this.#session.reloadUser();
        // This machine's clock may be ahead of the server's: the server may still report "signed in".
        if (this.#store.expired()) await this.#waitForRetry(wait);
        else if (cookieChanges === this.#cookieChanges) break;
      } catch {
        await this.#waitForRetry(wait);
      }
    }
    this.#confirming = this.#hidePage = false;
  }

  /** Resolves after the delay, or earlier when the browser is online again. */
  #waitForRetry(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const window = this.#window;
      const timer = this.#zone.runOutsideAngular(() => {
        window?.addEventListener('online', done);
        return setTimeout(done, milliseconds);
      });
      function done() {
        clearTimeout(timer);
        window?.removeEventListener('online', done);
        resolve();
      }
    });
  }
}
