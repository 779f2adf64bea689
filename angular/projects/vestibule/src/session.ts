import { HttpClient, HttpContext, HttpContextToken } from '@angular/common/http';
import { Injector, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { ApiAddress } from './api-address';
import { isOutage, problemOf } from './problem';
import { TabChannel } from './tab-channel';
import { when } from './when';
import { Deadlines, EndReason, SessionState, SessionView, SignInMethod, User } from './api-types';

/** A request whose 401 is an answer to its sender, and no news about the session. */
export const SKIP_SESSION_CHECK = new HttpContextToken(() => false);

/** What this browser knows of its session; deadlines are milliseconds of this machine's clock. */
interface SessionSnapshot {
  readonly state: SessionState;
  readonly expiresAt: number | null;
  readonly endsAt: number | null;
  readonly method: SignInMethod | null;
  readonly amr: readonly string[];
  readonly provider: string | null;
}

const ANONYMOUS: SessionSnapshot = {
  state: 'anonymous',
  expiresAt: null,
  endsAt: null,
  method: null,
  amr: [],
  provider: null,
};

/**
 * Who is here, how they came in, and until when. The cookie that proves it is httpOnly: this class only
 * repeats what the server said. It navigates nowhere: the `SessionNavigator` does.
 */
@Service({ autoProvided: false })
export class Session {
  private readonly http = inject(HttpClient);
  private readonly api = inject(ApiAddress);
  private readonly tabs = inject(TabChannel);
  private readonly injector = inject(Injector);

  private readonly snapshot = signal<SessionSnapshot | null>(null);
  private readonly now = signal(Date.now());
  private readonly longestLeft = signal(0);
  private readonly ending = signal<{ reason: EndReason | null; returnTo: string | null } | null>(
    null,
  );
  private readonly unconfirmed = signal(false);
  private readonly noAnswer = signal(false);
  private readonly generations = signal(0);
  // Read by hand: guards wait for it, and a resource would cost every app's first view 13 kB.
  private readonly currentUser = signal<User | null>(null);
  private readonly loadFailed = signal(false);
  private refreshing: Promise<void> | undefined;

  /** `unknown` until the server has answered for the first time. */
  readonly state = computed(() => this.snapshot()?.state ?? 'unknown');
  readonly signedIn = computed(() => this.state() === 'signedIn');
  /** Somebody: signed in, or on the way. */
  readonly hasSession = computed(() => !['unknown', 'anonymous'].includes(this.state()));
  readonly user = computed(() => (this.signedIn() ? this.currentUser() : null));
  /** The user could not be read, though the session is good. */
  readonly userLoadFailed = computed(() => this.signedIn() && this.loadFailed());
  readonly method = computed(() => this.snapshot()?.method ?? null);
  readonly amr = computed(() => this.snapshot()?.amr ?? []);
  readonly provider = computed(() => this.snapshot()?.provider ?? null);
  /** When the session ends without activity, by this machine's clock. */
  readonly expiresAt = computed(() => asDate(this.snapshot()?.expiresAt));
  /** When it ends in any case, by this machine's clock. */
  readonly endsAt = computed(() => asDate(this.snapshot()?.endsAt));
  /** Whole seconds to `expiresAt` by the server's clock; `null` for a visitor. */
  readonly secondsLeft = computed(() => this.secondsTo(this.snapshot()?.expiresAt));
  /** Whole seconds to `endsAt`. */
  readonly secondsToEnd = computed(() => this.secondsTo(this.snapshot()?.endsAt));
  /** The idle time in milliseconds, as far as this page has seen it. */
  readonly idleTime = this.longestLeft.asReadonly();
  /** Why this page has no session any more; `null` if it never had one, or has one again. */
  readonly endReason = computed(() => this.ending()?.reason ?? null);
  /** Where to come back to after an end with a place in mind. */
  readonly returnToAfterEnd = computed(() => this.ending()?.returnTo ?? null);
  /** Raised when somebody comes or goes in this tab, also where the state stays the same. */
  readonly generation = this.generations.asReadonly();
  /** The server did not answer the last time it was asked. */
  readonly unreachable = this.noAnswer.asReadonly();
  /** What the page shows may belong to a session that is over: hide it until the server has confirmed it. */
  readonly needsConfirmation = computed(() => this.hasSession() && this.unconfirmed());

  constructor() {
    effect((onCleanup) => {
      if (!this.hasSession()) return;
      const ticker = setInterval(() => this.now.set(Date.now()), 1_000);
      onCleanup(() => clearInterval(ticker));
    });
    effect(() => {
      const signedIn = this.signedIn();
      untracked(() => (signedIn ? void this.reloadUser() : this.currentUser.set(null)));
    });
  }

  /** Reads a signal, so that `computed` and templates follow it. */
  hasRole(role: string): boolean {
    return this.user()?.roles.includes(role) ?? false;
  }

  /** Resolves when the server has said where this browser stands; waits for it while it is unreachable. */
  async whenReady(): Promise<void> {
    await when(() => this.state() !== 'unknown', this.injector);
  }

  /** The signed-in person, or `null` when there is none or they could not be read. */
  async whenUserLoaded(): Promise<User | null> {
    await this.whenReady();
    await when(
      () => !this.signedIn() || this.user() !== null || this.userLoadFailed(),
      this.injector,
    );
    return this.user();
  }

  /** Asks the server where this browser stands, without extending anything. */
  refresh(toldReason?: EndReason): Promise<void> {
    this.refreshing ??= this.ask(toldReason).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** As `refresh`, with the page's data hidden meanwhile when it may be somebody else's by now. */
  async confirm(hide: boolean): Promise<void> {
    this.now.set(Date.now());
    if (hide || this.secondsLeft() === 0) this.unconfirmed.set(true);
    try {
      await this.refresh();
      this.unconfirmed.set(false);
    } catch (error) {
      if (this.secondsLeft() !== 0) this.unconfirmed.set(false);
      throw error;
    }
  }

  /** Takes what a step of signing in has answered. The other tabs hear of it. */
  apply(view: SessionView): void {
    const again = this.signedIn();
    this.generations.update((generation) => generation + 1);
    this.ending.set(null);
    this.longestLeft.set(0);
    this.applyView(view);
    if (!this.signedIn()) return;
    if (again) void this.reloadUser();
    this.tabs.send({ type: 'signed-in' });
  }

  /** Reads the person again after a change of the account. Counts as activity, like every look at one's own data. */
  async reloadUser(): Promise<void> {
    const generation = this.generations();
    this.loadFailed.set(false);
    try {
      const user = await firstValueFrom(this.http.get<User>(this.api.url('/auth/me')));
      if (generation !== this.generations()) return;
      this.currentUser.set(user);
      const before = this.snapshot()?.expiresAt ?? 0;
      this.move(user.session);
      // Less is only how long the answer took.
      if ((this.snapshot()?.expiresAt ?? 0) - before > 500) this.tellExtended();
      this.tabs.send({ type: 'user-loaded', id: user.id });
    } catch {
      if (generation === this.generations()) this.loadFailed.set(true);
    }
  }

  /** Moves the idle deadline. */
  async extend(): Promise<void> {
    const generation = this.generations();
    try {
      const answer = await firstValueFrom(
        this.http.post<Deadlines>(this.api.url('/auth/keep-alive'), {}),
      );
      this.noAnswer.set(false);
      // A late answer must not bring back a session that has ended meanwhile.
      if (generation !== this.generations()) return;
      this.move(answer);
      this.tellExtended();
    } catch (error) {
      this.noAnswer.set(isOutage(error));
      throw error;
    }
  }

  /**
   * Ends the session on the server, then here and in the other tabs. Rejects, and ends nothing, when the server cannot be asked.
   * Who came in through a provider is taken there to be signed out as well, and comes back to the sign-in page; with
   * `returnTo`, who only wants to sign in again, they stay here.
   */
  async signOut(returnTo: string | null = null): Promise<void> {
    const reason = this.signedIn() ? 'signed_out' : null;
    const { redirect } = await firstValueFrom(
      this.http.post<{ redirect: string | null }>(this.api.url('/auth/logout'), {}),
    );
    this.end(reason, returnTo);
    if (returnTo === null && redirect && /^https?:\/\//.test(redirect)) location.assign(redirect);
  }

  /** The session is over, as the server or another tab says. */
  end(reason: EndReason | null, returnTo: string | null = null, tell = true): void {
    if (!this.hasSession()) return;
    this.generations.update((generation) => generation + 1);
    this.ending.set({ reason, returnTo });
    this.snapshot.set(ANONYMOUS);
    this.unconfirmed.set(false);
    if (tell) this.tabs.send({ type: 'signed-out', reason });
  }

  /** Another tab has extended the session. */
  applyExtension(expiresAt: number, endsAt: number): void {
    this.snapshot.update((known) => known && { ...known, expiresAt, endsAt });
    this.longestLeft.update((longest) => Math.max(longest, expiresAt - Date.now()));
    this.now.set(Date.now());
  }

  private async ask(toldReason?: EndReason): Promise<void> {
    const generation = this.generations();
    try {
      const view = await firstValueFrom(this.http.get<SessionView>(this.api.url('/auth/session')));
      this.noAnswer.set(false);
      if (generation !== this.generations()) return;
      if (view.state !== 'anonymous' || !this.hasSession()) {
        this.applyView(view);
        return;
      }
      const reason = await this.reasonOfEnd(toldReason);
      if (generation === this.generations()) this.end(reason);
    } catch (error) {
      this.noAnswer.set(isOutage(error));
      throw error;
    }
  }

  private async reasonOfEnd(told?: EndReason): Promise<EndReason | null> {
    if (!this.signedIn()) return 'sign_in_expired';
    if (told) return told;
    this.now.set(Date.now());
    if (this.secondsToEnd() === 0) return 'max_age';
    if (this.secondsLeft() === 0) return 'idle';
    try {
      const context = new HttpContext().set(SKIP_SESSION_CHECK, true);
      await firstValueFrom(this.http.get(this.api.url('/auth/me'), { context }));
      return null;
    } catch (error) {
      return problemOf(error)?.reason ?? null;
    }
  }

  private applyView(view: SessionView): void {
    this.snapshot.set({ ...view, amr: view.amr ?? [], ...this.onThisClock(view) });
    this.unconfirmed.set(false);
  }

  private move(view: Deadlines | SessionView): void {
    const deadlines = this.onThisClock(view);
    this.snapshot.update((known) => known && { ...known, ...deadlines });
  }

  private tellExtended(): void {
    const { expiresAt, endsAt } = this.snapshot() ?? ANONYMOUS;
    if (expiresAt !== null && endsAt !== null) {
      this.tabs.send({ type: 'extended', expiresAt, endsAt });
    }
  }

  /** The server's deadlines by this machine's clock, however wrong that is. */
  private onThisClock(
    view: Deadlines | SessionView,
  ): Pick<SessionSnapshot, 'expiresAt' | 'endsAt'> {
    const now = Date.now();
    const ahead = Date.parse(view.serverTime) - now;
    const local = (time: string | null) => (time === null ? null : Date.parse(time) - ahead);
    const expiresAt = local(view.expiresAt);
    this.now.set(now);
    this.longestLeft.update((longest) => Math.max(longest, (expiresAt ?? now) - now));
    return { expiresAt, endsAt: local(view.endsAt) };
  }

  private secondsTo(time: number | null | undefined): number | null {
    return time == null ? null : Math.max(0, Math.ceil((time - this.now()) / 1_000));
  }
}

function asDate(time: number | null | undefined): Date | null {
  return time == null ? null : new Date(time);
}
