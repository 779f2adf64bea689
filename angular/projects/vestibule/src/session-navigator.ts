import { DOCUMENT, DestroyRef, Service, effect, inject, untracked } from '@angular/core';
import { Router } from '@angular/router';
import { listenForResume } from './activity';
import { AuthPages } from './auth-pages';
import { Session } from './session';
import { TabMessage, TabChannel } from './tab-channel';

/** Away for longer, and the page's data stays hidden until the server has confirmed the session. */
const LONG_AWAY = 30_000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

/**
 * Takes people to the page that belongs to the state of their session, whoever found out: an answer of the
 * sign-in page, a 401, another tab, a deadline, or the look after a sleep. Nothing else navigates.
 */
@Service({ autoProvided: false })
export class SessionNavigator {
  private readonly session = inject(Session);
  private readonly tabs = inject(TabChannel);
  private readonly pages = inject(AuthPages);
  private readonly router = inject(Router);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly destroyed = inject(DestroyRef);

  private before = { state: this.session.state(), generation: this.session.generation() };
  private asking = false;
  private hide = false;

  constructor() {
    effect(() => {
      const now = { state: this.session.state(), generation: this.session.generation() };
      untracked(() => this.turned(now));
    });
    effect(() => {
      if (this.session.secondsLeft() === 0) untracked(() => void this.askUntilAnswered(true));
    });
    this.tabs.listen((message) => this.hear(message));
    this.destroyed.onDestroy(() => this.tabs.close());
    if (this.window) {
      const stop = listenForResume(
        this.window,
        (away) => void this.askUntilAnswered(away >= LONG_AWAY),
      );
      this.destroyed.onDestroy(stop);
    }
    void this.askUntilAnswered(false);
  }

  private turned(now: SessionNavigator['before']): void {
    const before = this.before;
    this.before = now;
    // The first answer belongs to the guards of the navigation that waits for it.
    if (before.state === 'unknown') return;
    if (before.state === now.state && before.generation === now.generation) return;
    if (now.state === 'signedIn') this.comeIn();
    else this.toStep(before.state === 'signedIn');
  }

  /** Signed in, maybe in another tab: a page of signing in has done its work. */
  private comeIn(): void {
    if (!this.pages.isAuthPage(this.router.url) || this.pages.isEnrolmentPage(this.router.url))
      return;
    void this.router.navigateByUrl(this.pages.returnTarget(this.query()), { replaceUrl: true });
  }

  private toStep(wasIn: boolean): void {
    // There a visitor signs in as the account that the link is for.
    if (!this.session.hasSession() && this.pages.isLinkPage(this.router.url)) return;
    // For who is signed in, setting up a factor is a page like others.
    const onStep =
      this.pages.isAuthPage(this.router.url) &&
      !(wasIn && this.pages.isEnrolmentPage(this.router.url));
    const reason = this.session.endReason();
    const target = this.pages.pageFor(this.session, this.wayBack(onStep), reason);
    if (this.router.serializeUrl(target) === this.router.url) return;
    void this.router.navigateByUrl(target, { replaceUrl: onStep });
  }

  /** Where to after signing in again; who signed out on purpose starts afresh. */
  private wayBack(onStep: boolean): string | null {
    const asked = this.session.returnToAfterEnd();
    if (asked !== null) return asked;
    if (this.session.endReason() === 'signed_out') return null;
    return onStep
      ? this.router.serializeUrl(this.pages.returnTarget(this.query()))
      : this.router.url;
  }

  private query(): URLSearchParams {
    return new URLSearchParams(this.router.url.split('#')[0]?.split('?')[1] ?? '');
  }

  private hear(message: TabMessage): void {
    switch (message.type) {
      case 'signed-in':
        this.lookAgain();
        break;
      case 'user-loaded':
        if (this.session.user()?.id !== message.id) this.lookAgain();
        break;
      case 'signed-out':
        this.session.end(message.reason, null, false);
        break;
      case 'extended':
        this.session.applyExtension(message.expiresAt, message.endsAt);
        break;
    }
  }

  private lookAgain(): void {
    if (this.session.signedIn()) void this.session.reloadUser();
    void this.askUntilAnswered(false);
  }

  /** Asks again, ever more slowly, while the server cannot be reached: an outage signs nobody out. */
  private async askUntilAnswered(hide: boolean): Promise<void> {
    this.hide ||= hide;
    if (this.asking) return;
    this.asking = true;
    for (let wait = FIRST_RETRY; !this.destroyed.destroyed; wait = Math.min(wait * 2, LAST_RETRY)) {
      try {
        await this.session.confirm(this.hide);
        // Our clock may be a moment ahead of the server's, which then still says "signed in".
        if (this.session.userLoadFailed()) void this.session.reloadUser();
        if (this.session.secondsLeft() !== 0) break;
      } catch {
        // Next time, then.
      }
      await this.pause(wait);
    }
    this.asking = this.hide = false;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const window = this.window;
      window?.addEventListener('online', done);
      function done() {
        clearTimeout(timer);
        window?.removeEventListener('online', done);
        resolve();
      }
    });
  }
}
