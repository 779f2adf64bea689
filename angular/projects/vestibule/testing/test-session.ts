import {
  EnvironmentProviders,
  Injectable,
  computed,
  inject,
  makeEnvironmentProviders,
  signal,
} from '@angular/core';
import {
  Duration,
  EndReason,
  Role,
  Session,
  SessionAccount,
  SessionEvent,
  SessionProblem,
  SessionState,
  SessionView,
  SignOutOptions,
  User,
  ɵTabChannel,
  ɵmilliseconds,
} from '@vestibule/angular';
import { Subject } from 'rxjs';

/**
 * Initial session of a test.
 *
 * @example
 * ```ts
 * const options: TestingOptions = { user: { roles: ['admin'] }, secondsLeft: 30 };
 * ```
 */
export interface TestingOptions {
  /** The signed-in user. Omitted members have defaults. Without a user, no user is signed in. */
  readonly user?: Partial<User> | null;
  /** State without a user, for example `awaitingSecondFactor`. */
  readonly state?: SessionState;
  readonly secondsLeft?: number;
}

const ADA: User = {
  id: '01900000-0000-7000-8000-000000000001',
  username: 'ada',
  email: 'ada@corp.example',
  emailVerified: true,
  pendingEmail: null,
  displayName: 'Ada Lovelace',
  picture: null,
  locale: null,
  fieldSources: { displayName: 'local', email: 'local', picture: null, locale: null },
  roles: [],
  mfaEnabled: false,
  mustChangePassword: false,
  authProvider: 'local',
  identities: [],
  lastLoginAt: null,
  deletionAt: null,
  canDelete: true,
  session: {
    state: 'signedIn',
    expiresAt: null,
    endsAt: null,
    serverTime: '2026-11-22T10:00:00.000Z',
    method: 'password',
    amr: ['pwd'],
    provider: null,
    authenticatedAt: null,
    account: { username: 'ada', displayName: 'Ada Lovelace' },
    methods: [],
  },
};

/**
 * Replacement for `Session` in tests: the same signals and methods, without a server, timers and navigation.
 *
 * @example
 * ```ts
 * TestBed.configureTestingModule({ providers: [provideVestibuleTesting({ user: {} })] });
 * const session = TestBed.inject(TestSession);
 * session.secondsLeft.set(30);
 * session.end('idle');
 * ```
 */
@Injectable()
export class TestSession implements Pick<Session, keyof Session> {
  readonly #currentUser = signal<User | null>(null);

  readonly state = signal<SessionState | 'unknown'>('anonymous');
  readonly signedIn = computed(() => this.state() === 'signedIn');
  readonly hasSession = computed(() => !['unknown', 'anonymous'].includes(this.state()));
  readonly user = computed(() => (this.signedIn() ? this.#currentUser() : null));
  readonly userLoadFailed = signal(false);
  readonly method = computed(() => this.user()?.session.method ?? null);
  readonly amr = computed(() => this.user()?.session.amr ?? []);
  readonly provider = computed(() => this.user()?.session.provider ?? null);
  readonly expiresAt = signal<Date | null>(null);
  readonly endsAt = signal<Date | null>(null);
  readonly secondsLeft = signal<number | null>(null);
  readonly secondsToEnd = signal<number | null>(null);
  readonly idleTime = signal(600_000);
  readonly endReason = signal<EndReason | null>(null);
  readonly unreachable = signal(false);
  readonly needsConfirmation = signal(false);
  readonly account = signal<SessionAccount | null>(null);
  readonly methods = signal<readonly string[]>([]);
  readonly authenticatedAt = signal<Date | null>(null);
  readonly problem = signal<SessionProblem | null>(null);
  readonly events = new Subject<SessionEvent>();

  /** Signs in a user. Omitted members have defaults. */
  signIn(user: Partial<User> = {}, secondsLeft = 600): void {
    this.#currentUser.set({ ...ADA, ...user });
    this.state.set('signedIn');
    this.account.set(this.#currentUser());
    this.endReason.set(null);
    this.secondsLeft.set(secondsLeft);
    this.secondsToEnd.set(12 * 3_600);
    this.authenticatedAt.set(new Date());
    this.expiresAt.set(new Date(Date.now() + secondsLeft * 1_000));
    this.endsAt.set(new Date(Date.now() + 12 * 3_600_000));
  }

  /** Ends the session, as if the server or another tab had ended it. */
  end(reason: EndReason | null): void {
    this.state.set('anonymous');
    this.account.set(null);
    this.endReason.set(reason);
    this.secondsLeft.set(null);
    this.secondsToEnd.set(null);
    this.expiresAt.set(null);
    this.endsAt.set(null);
    this.authenticatedAt.set(null);
  }

  hasRole(...roles: readonly Role[]): boolean {
    return this.user()?.roles.some((role) => roles.includes(role)) ?? false;
  }

  authenticatedWithin(time: Duration): boolean {
    return Date.now() - (this.authenticatedAt()?.getTime() ?? 0) < ɵmilliseconds(time);
  }

  idleWithin(seconds: number): boolean {
    return (this.secondsLeft() ?? Infinity) <= seconds;
  }

  endsWithin(seconds: number): boolean {
    return (this.secondsToEnd() ?? Infinity) <= seconds;
  }

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  whenUserLoaded(): Promise<User | null> {
    return Promise.resolve(this.user());
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  apply(view: SessionView): void {
    if (view.state === 'signedIn') this.signIn(this.user() ?? {});
    else this.state.set(view.state);
  }

  reloadUser(): Promise<void> {
    return Promise.resolve();
  }

  extend(): Promise<void> {
    return Promise.resolve();
  }

  signInUrl(provider?: string, returnTo = '/'): string {
    const page = provider === undefined ? '/login' : `/api/auth/login/${provider}`;
    return `${page}?returnTo=${encodeURIComponent(returnTo)}`;
  }

  /** Pages that `signOut` was asked to open. */
  readonly signedOutTo: string[] = [];

  signOut({ to }: SignOutOptions = {}): Promise<void> {
    if (to !== undefined) this.signedOutTo.push(to);
    this.end(this.signedIn() ? 'signed_out' : null);
    return Promise.resolve();
  }
}

/**
 * Provides `TestSession` in place of `Session`. Use it instead of `provideVestibule` in tests.
 *
 * @example
 * ```ts
 * TestBed.configureTestingModule({
 *   providers: [provideVestibuleTesting({ user: { roles: ['admin'] } })],
 * });
 * ```
 */
export function provideVestibuleTesting(options: TestingOptions = {}): EnvironmentProviders {
  return makeEnvironmentProviders([
    {
      provide: TestSession,
      useFactory: () => {
        const session = new TestSession();
        if (options.user) session.signIn(options.user, options.secondsLeft);
        else if (options.state) session.state.set(options.state);
        return session;
      },
    },
    { provide: Session, useFactory: () => inject(TestSession) },
    // The interceptors work with it, and no test reaches another one.
    { provide: ɵTabChannel, useFactory: () => new ɵTabChannel(null) },
  ]);
}
