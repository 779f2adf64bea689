import { Injector, Injectable, computed, inject, untracked } from '@angular/core';
import { Observable } from 'rxjs';
import { EndReason, Role, SessionView, User } from './api-types';
import { AuthPages } from './auth-pages';
import { Duration, milliseconds } from './condition';
import { CurrentUser } from './current-user';
import { SERVER_RENDERING } from './platform';
import { SessionCheck } from './session-check';
import { SessionClock } from './session-clock';
import { SessionEvent, SessionEvents } from './session-events';
import { SessionRequests } from './session-requests';
import { SessionStore } from './session-store';
import { when } from './when';

/**
 * Options of `signOut`.
 *
 * @example
 * ```ts
 * const options: SignOutOptions = { to: '/goodbye' };
 * await session.signOut(options);
 * ```
 */
export interface SignOutOptions {
  /** The page to open afterwards: a router URL, or an absolute URL of an allowed origin. */
  readonly to?: string;
}

/**
 * The session of this browser: the user, how they signed in, and when the session ends. The session cookie is
 * httpOnly; this class only repeats what the server reports.
 *
 * @example
 * ```ts
 * @Component({
 *   selector: 'app-account',
 *   template: `
 *     @if (session.user(); as user) {
 *       <p>{{ user.displayName }}, {{ session.secondsLeft() }} s left</p>
 *       <button type="button" (click)="session.signOut()">Sign out</button>
 *     }
 *   `,
 * })
 * export class Account {
 *   protected readonly session = inject(Session);
 * }
 * ```
 */
@Injectable()
export class Session {
  readonly #store = inject(SessionStore);
  readonly #requests = inject(SessionRequests);
  readonly #check = inject(SessionCheck);
  readonly #currentUser = inject(CurrentUser);
  readonly #clock = inject(SessionClock);
  readonly #injector = inject(Injector);
  readonly #server = inject(SERVER_RENDERING);
  readonly #events = inject(SessionEvents);
  readonly #pages = inject(AuthPages);

  /** State of the session; `unknown` until the server has responded for the first time. */
  readonly state = this.#store.state;
  /** Whether the user is signed in. */
  readonly signedIn = this.#store.signedIn;
  /** Whether the browser has a session, including a sign-in that awaits its second step. */
  readonly hasSession = this.#store.hasSession;
  /** The signed-in user; `null` while the user is loading and without a session. */
  readonly user = this.#currentUser.user;
  /** Whether the user could not be loaded although the session is valid. */
  readonly userLoadFailed = this.#currentUser.loadFailed;
  /** How the user signed in. */
  readonly method = computed(() => this.#store.snapshot()?.method ?? null);
  /** Authentication methods of this session (RFC 8176), for example `pwd` and `otp`. */
  readonly amr = computed(() => this.#store.snapshot()?.amr ?? []);
  /** Name of the provider that the user signed in with; `null` for a local login. */
  readonly provider = computed(() => this.#store.snapshot()?.provider ?? null);
  /** The account of the session. It is known while the sign-in awaits a later step, when `user` is still `null`. */
  readonly account = computed(() => this.#store.snapshot()?.account ?? null);
  /** Methods of the second factor that the user has, the last used one first: `passkey`, `totp`, `recoveryCode`. */
  readonly methods = computed(() => this.#store.snapshot()?.methods ?? []);
  /** When the user proved the identity last, by this machine's clock. */
  readonly authenticatedAt = computed(() => this.#toDate(this.#store.snapshot()?.authenticatedAt));
  /** When the session ends without activity, by this machine's clock. */
  readonly expiresAt = computed(() => this.#toDate(this.#store.snapshot()?.expiresAt));
  /** When the session ends in any case, by this machine's clock. */
  readonly endsAt = computed(() => this.#toDate(this.#store.snapshot()?.endsAt));
  /** Whole seconds until `expiresAt`; `null` without a session. */
  readonly secondsLeft = this.#store.secondsLeft;
  /** Whole seconds until `endsAt`; `null` without a session. */
  readonly secondsToEnd = this.#store.secondsToEnd;
  /** Longest time left that this page has seen, in milliseconds. */
  readonly idleTime = this.#store.idleTime;
  /** Why the last session of this page ended; `null` if none has ended, or a new one has started. */
  readonly endReason = this.#store.endReason;
  /** Whether the last request to the session routes failed because of an outage. */
  readonly unreachable = this.#requests.unreachable;
  /** Whether the page may show data of an ended session. Hide the data until the server has confirmed the session. */
  readonly needsConfirmation = this.#store.needsConfirmation;
  /**
   * Why the library stopped a navigation to the sign-in that would have no end. The console of a development build says what
   * to do.
   */
  readonly problem = this.#pages.problem;
  /** What happens to the session in this tab. */
  readonly events: Observable<SessionEvent> = this.#events.stream;

  /** Whether the user has one of the roles. Reads a signal, so `computed` and templates follow it. */
  hasRole(...roles: readonly Role[]): boolean {
    return this.user()?.roles.some((role) => roles.includes(role)) ?? false;
  }

  /** Whether the user proved the identity within this time, at sign-in or afterwards. Reads a signal. */
  authenticatedWithin(time: Duration): boolean {
    const at = this.#store.snapshot()?.authenticatedAt ?? null;
    return at !== null && !this.#clock.reached(at, -milliseconds(time));
  }

  /** Whether `secondsLeft` is at most this value. Changes once, so it costs no update each second. */
  idleWithin(seconds: number): boolean {
    return this.#clock.reached(this.#store.snapshot()?.expiresAt, seconds * 1_000);
  }

  /** Whether `secondsToEnd` is at most this value. Changes once, so it costs no update each second. */
  endsWithin(seconds: number): boolean {
    return this.#clock.reached(this.#store.snapshot()?.endsAt, seconds * 1_000);
  }

  /**
   * Resolves when `state` is known. During an outage it waits. On a server it resolves in any case: `state` stays
   * `unknown` if a page is prerendered, or if the API does not respond.
   */
  async whenReady(): Promise<void> {
    if (this.#server) return this.#server.whenLoaded();
    await when(() => this.state() !== 'unknown', this.#injector);
  }

  /**
   * Resolves with the user, or with `null` if no user is signed in or the user could not be loaded. During an outage it
   * waits.
   */
  async whenUserLoaded(): Promise<User | null> {
    await this.whenReady();
    await when(() => !this.signedIn() || this.#currentUser.settled(), this.#injector);
    return this.user();
  }

  /** Reads the session from the server without extending it. Rejects during an outage. */
  refresh(knownReason?: EndReason): Promise<void> {
    return this.#check.refresh(knownReason);
  }

  /** Applies the session from the response to a sign-in step. The other tabs follow. */
  apply(view: SessionView): void {
    const wasSignedIn = untracked(this.signedIn);
    this.#store.begin(view);
    if (wasSignedIn && untracked(this.signedIn)) void this.reloadUser();
  }

  /** Loads the user again, for example after a change of the account. The server counts it as activity. */
  reloadUser(): Promise<void> {
    return this.#currentUser.load();
  }

  /** Extends the idle deadline. Rejects if the server refuses or does not respond. */
  extend(): Promise<void> {
    return untracked(() => this.#extend());
  }

  async #extend(): Promise<void> {
    const generation = this.#store.generation();
    const deadlines = await this.#requests.keepAlive();
    // The session may have ended during the request. A late response must not extend it.
    if (generation !== this.#store.generation()) return;
    this.#store.applyDeadlines(deadlines);
    this.#store.broadcastDeadlines();
    const expiresAt = untracked(this.expiresAt);
    if (expiresAt) this.#events.emit({ type: 'extended', expiresAt });
  }

  /**
   * Returns the URL of the sign-in page, or with a name the URL of the login at that provider, for a plain link. The
   * user returns to `returnTo`, by default to the current page.
   */
  signInUrl(provider?: string, returnTo?: string): string {
    return this.#pages.signInUrl(provider, returnTo);
  }

  /**
   * Signs out on the server, then in all tabs. A user of a provider is redirected to the provider's logout. Afterwards
   * the page `to` opens: a router URL, or an absolute URL of an origin that the service allows. Without it, a public
   * page stays open, and other pages lead to the sign-in page. Rejects and changes nothing if the server does not
   * respond.
   */
  async signOut({ to }: SignOutOptions = {}): Promise<void> {
    const reason = untracked(this.signedIn) ? 'signed_out' : null;
    const target = this.#pages.logoutTarget(to);
    this.#store.signingOut = true;
    const logoutUrl = await untracked(() => this.#requests.logOut(target)).finally(
      () => (this.#store.signingOut = false),
    );
    const next = to === undefined || this.#pages.isCurrent(to) ? null : to;
    this.#store.end(reason, {
      returnTo: to === undefined ? null : this.#pages.targetOf(to),
      handled: logoutUrl !== null || next !== null,
    });
    if (logoutUrl !== null) this.#pages.openLogout(logoutUrl);
    else if (next !== null) this.#pages.open(next);
  }

  #toDate(time: number | null | undefined): Date | null {
    return time == null ? null : this.#clock.toDate(time);
  }
}
