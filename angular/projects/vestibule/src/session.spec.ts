import { effect } from '@angular/core';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { FakeTabChannel, sessionView, testUser } from '../spec/fakes';
import { Deadlines, SessionView, User } from './api-types';
import { vestibuleInterceptors } from './provide';
import { Session } from './session';
import { SessionCheck } from './session-check';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

describe('Session', () => {
  let session: Session;
  let store: SessionStore;
  let check: SessionCheck;
  let http: HttpTestingController;
  let tabs: FakeTabChannel;

  /** Runs effects and resolved promises. */
  async function settle(): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(0);
    TestBed.tick();
  }

  function deadlines(idle: number): Deadlines {
    const { expiresAt, serverTime } = sessionView('signedIn', { idle });
    return { expiresAt: expiresAt!, endsAt: store.id()!, serverTime };
  }

  async function refreshWith(view: SessionView): Promise<void> {
    const refreshed = session.refresh();
    http.expectOne('/api/auth/session').flush(view);
    await refreshed;
    await settle();
  }

  async function signIn(view = sessionView('signedIn'), user: Partial<User> = {}): Promise<void> {
    session.apply(view);
    await settle();
    http.expectOne('/api/auth/me').flush(testUser({ session: view, ...user }));
    await settle();
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z') });
    document.cookie = 'XSRF-TOKEN=token';
    tabs = new FakeTabChannel();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        { provide: TabChannel, useValue: tabs },
        Session,
      ],
    });
    session = TestBed.inject(Session);
    store = TestBed.inject(SessionStore);
    check = TestBed.inject(SessionCheck);
    http = TestBed.inject(HttpTestingController);
  });

  afterEach(() => {
    http.verify();
    vi.useRealTimers();
  });

  it('is unknown until the server has responded', async () => {
    expect(session.state()).toBe('unknown');
    await refreshWith(sessionView('anonymous'));
    expect(session.state()).toBe('anonymous');
    expect(session.endReason()).toBeNull();
    expect(session.secondsLeft()).toBeNull();
  });

  it('reports the user, the method and the roles', async () => {
    await signIn();
    expect(session.signedIn()).toBe(true);
    expect(session.user()?.displayName).toBe('Ada Lovelace');
    expect(session.method()).toBe('password');
    expect(session.amr()).toEqual(['pwd']);
    expect(session.hasRole('admin')).toBe(true);
    expect(session.hasRole('owner')).toBe(false);
    expect(tabs.sent).toContainEqual({ type: 'signed-in' });
  });

  it('counts down to the idle deadline', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    expect(session.secondsLeft()).toBe(600);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.secondsLeft()).toBe(540);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(session.secondsLeft()).toBe(0);
  });

  it.each([-3_600_000, 90_000, 3_600_000])(
    'corrects deadlines for a clock difference of %d ms',
    async (ahead) => {
      await signIn(sessionView('signedIn', { server: Date.now() + ahead, idle: 600, max: 3_600 }));
      expect(session.secondsLeft()).toBe(600);
      expect(session.secondsToEnd()).toBe(3_600);
      expect(session.expiresAt()?.getTime()).toBe(Date.now() + 600_000);
    },
  );

  it('extends the deadline with keep-alive and informs the other tabs', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(300_000);
    const extended = session.extend();
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn', { idle: 600 });
    http.expectOne('/api/auth/keep-alive').flush({ expiresAt, endsAt, serverTime });
    await extended;
    expect(session.secondsLeft()).toBe(600);
    expect(tabs.sent.at(-1)?.type).toBe('extended');
  });

  it('informs the other tabs only when loading the user has extended the deadline', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    const extended = () => tabs.sent.filter(({ type }) => type === 'extended');
    expect(extended()).toEqual([]);
    await vi.advanceTimersByTimeAsync(300_000);
    const reloaded = session.reloadUser();
    const view = sessionView('signedIn', { idle: 600 });
    http.expectOne('/api/auth/me').flush(testUser({ session: view }));
    await reloaded;
    const { expiresAt, serverTime } = view;
    const endsAt = store.id();
    expect(extended()).toEqual([
      { type: 'extended', deadlines: { expiresAt, endsAt, serverTime } },
    ]);
  });

  it('applies the deadline from another tab', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    store.extendIfCurrent(deadlines(900));
    expect(session.secondsLeft()).toBe(900);
  });

  it('ignores a deadline from another tab without a session', async () => {
    await refreshWith(sessionView('anonymous'));
    store.extendIfCurrent(deadlines(900));
    expect(session.secondsLeft()).toBeNull();
  });

  it('ends although the clock of the machine was set back by an hour', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(60_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.secondsLeft()).toBe(480);
    expect(session.expiresAt()?.getTime()).toBe(Date.now() + 480_000);
    await vi.advanceTimersByTimeAsync(480_000);
    expect(store.expired()).toBe(true);
  });

  it('ends although the clock was set forward, the session confirmed, and the clock set back', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    const server = Date.now();
    vi.setSystemTime(server + 3_600_000);
    await refreshWith(sessionView('signedIn', { server, idle: 600 }));
    expect(session.secondsLeft()).toBe(600);
    vi.setSystemTime(server);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(session.secondsLeft()).toBe(0);
    for (const me of http.match('/api/auth/me')) me.flush(testUser());
  });

  it('runs a timer each second only while a reader follows the countdown', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(vi.getTimerCount()).toBe(0);
    let runs = 0;
    const read = () => {
      session.secondsLeft();
      runs += 1;
    };
    const reader = TestBed.runInInjectionContext(() => effect(read));
    for (let second = 0; second < 5; second++) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(runs).toBe(5);
    reader.destroy();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('changes idleWithin once, at that time', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    const seen: boolean[] = [];
    TestBed.runInInjectionContext(() =>
      effect(() => {
        seen.push(session.idleWithin(60));
      }),
    );
    for (let minute = 0; minute < 10; minute++) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    TestBed.tick();
    expect(seen).toEqual([false, true]);
  });

  it.each([
    ['whenReady', () => session.whenReady()],
    ['whenUserLoaded', () => session.whenUserLoaded()],
    ['refresh', () => session.refresh()],
    ['reloadUser', () => session.reloadUser()],
    ['extend', () => session.extend()],
    ['signOut', () => session.signOut()],
    [
      'apply',
      () => {
        session.apply(sessionView('signedIn'));
        return undefined;
      },
    ],
  ] as [string, () => Promise<unknown> | undefined][])(
    'allows %s inside an effect, which then follows none of its signals',
    async (_name, call) => {
      await signIn();
      let runs = 0;
      TestBed.runInInjectionContext(() =>
        effect(() => {
          runs += 1;
          void Promise.resolve(call()).catch(() => undefined);
        }),
      );
      for (let round = 0; round < 3; round++) {
        await settle();
        for (const request of http.match(() => true)) {
          request.flush(request.request.url.endsWith('/me') ? testUser() : sessionView('signedIn'));
        }
      }
      store.requireConfirmation();
      store.end('idle');
      await settle();
      expect(runs).toBe(1);
    },
  );

  it('ignores late responses after the session has ended', async () => {
    await signIn();
    const extended = session.extend();
    const refreshed = session.refresh();
    const keepAlive = http.expectOne('/api/auth/keep-alive');
    const read = http.expectOne('/api/auth/session');
    const ended = store.id();
    store.end('signed_out');
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn');
    keepAlive.flush({ expiresAt, endsAt, serverTime });
    read.flush(sessionView('signedIn'));
    await Promise.all([extended, refreshed]);
    expect(session.state()).toBe('anonymous');
    expect(session.expiresAt()).toBeNull();
    expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', session: ended, reason: 'signed_out' });
  });

  it('signs out on the server before it signs out in the tabs', async () => {
    await signIn();
    const ended = store.id();
    const signedOut = session.signOut();
    expect(session.signedIn()).toBe(true);
    http.expectOne('/api/auth/logout').flush({ message: 'Signed out', redirect: null });
    await signedOut;
    expect(session.state()).toBe('anonymous');
    expect(session.user()).toBeNull();
    expect(session.endReason()).toBe('signed_out');
    expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', session: ended, reason: 'signed_out' });
  });

  describe('after a federated login', () => {
    const PAGE_URL = location.href;
    // A path of the API's origin that jsdom can open: it navigates within the page only.
    const LOGOUT_URL = `${PAGE_URL}#continue`;

    afterEach(() => location.assign(`${PAGE_URL}#`));

    async function signOut(redirect: string | null, to?: string): Promise<unknown> {
      await signIn();
      const signedOut = session.signOut({ to });
      const request = http.expectOne('/api/auth/logout');
      request.flush({ message: 'Signed out', redirect });
      await signedOut;
      expect(session.state()).toBe('anonymous');
      return request.request.body;
    }

    it('opens the page that continues the logout at the provider', async () => {
      await signOut(`${location.pathname}#continue`);
      expect(location.href).toBe(LOGOUT_URL);
      expect(tabs.sent.at(-1)).toMatchObject({ type: 'signed-out', reason: 'signed_out' });
    });

    it('names the page that the user wants to see after the logout', async () => {
      expect(await signOut(`${location.pathname}#continue`, '/reports')).toEqual({
        returnTo: '/reports',
      });
      expect(location.href).toBe(LOGOUT_URL);
      expect(store.endHandled()).toBe(true);
    });

    it('opens that page also if a stream or another tab reports the end first', async () => {
      await signIn();
      const signedOut = session.signOut();
      store.end('signed_out');
      expect(store.endIfCurrent(store.id(), 'signed_out')).toBe(false);
      expect(session.signedIn()).toBe(true);
      const redirect = `${location.pathname}#continue`;
      http.expectOne('/api/auth/logout').flush({ message: 'Signed out', redirect });
      await signedOut;
      expect(location.href).toBe(LOGOUT_URL);
      expect(store.endHandled()).toBe(true);
    });

    it.each([
      'javascript:alert(1)',
      '//evil.example/#x',
      'https://idp.example/logout#x',
      'data:,',
      '',
    ])('opens pages of the API only, not %j', async (redirect) => {
      await signOut(redirect);
      expect(location.href.replace(/#$/, '')).toBe(PAGE_URL.replace(/#$/, ''));
    });
  });

  it('has roles and proofs of identity', async () => {
    await signIn(sessionView('signedIn', { proofAge: 300 }), { roles: ['editor'] });
    expect(session.hasRole('admin', 'editor')).toBe(true);
    expect(session.hasRole('admin', 'owner')).toBe(false);
    expect(session.hasRole()).toBe(false);
    expect(session.authenticatedAt()?.getTime()).toBe(Date.now() - 300_000);
    expect(session.authenticatedWithin('10m')).toBe(true);
    await vi.advanceTimersByTimeAsync(301_000);
    expect(session.authenticatedWithin('10m')).toBe(false);
  });

  it.each([
    [undefined, undefined, '/login'],
    [undefined, '/reports?x=1', '/login?returnTo=%2Freports%3Fx%3D1'],
    ['okta', undefined, '/api/auth/login/okta?returnTo=%2F'],
    ['okta', '/reports#x', '/api/auth/login/okta?returnTo=%2Freports%23x'],
    ['a/b?c', '/', '/api/auth/login/a%2Fb%3Fc?returnTo=%2F'],
    [
      'okta',
      'https://app.corp.example/x',
      '/api/auth/login/okta?returnTo=https%3A%2F%2Fapp.corp.example%2Fx',
    ],
  ])('has the URL of the sign-in with %s and %s', (provider, returnTo, expected) =>
    expect(session.signInUrl(provider, returnTo).replace(location.origin, '')).toBe(expected),
  );

  it('stays signed in when the server did not receive the sign-out', async () => {
    await signIn();
    const signedOut = expect(session.signOut()).rejects.toBeTruthy();
    http.expectOne('/api/auth/logout').error(new ProgressEvent('error'));
    await signedOut;
    expect(session.signedIn()).toBe(true);
    store.end('revoked');
    expect(session.endReason()).toBe('revoked');
  });

  it.each([
    ['idle', 600, 43_200],
    ['max_age', 600, 600],
  ])('reports the end reason %s after the deadline', async (reason, idle, max) => {
    await signIn(sessionView('signedIn', { idle, max }));
    await vi.advanceTimersByTimeAsync(600_000);
    await refreshWith(sessionView('anonymous'));
    expect(session.endReason()).toBe(reason);
  });

  it('requests the end reason when the session was ended elsewhere', async () => {
    await signIn();
    const refreshed = session.refresh();
    http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
    await settle();
    http
      .expectOne('/api/auth/me')
      .flush(
        { code: 'session_ended', reason: 'revoked' },
        { status: 401, statusText: 'Unauthorized' },
      );
    await refreshed;
    expect(session.endReason()).toBe('revoked');
  });

  it('reports sign_in_expired when the second step has expired', async () => {
    session.apply(sessionView('awaitingSecondFactor'));
    await refreshWith(sessionView('anonymous'));
    expect(session.endReason()).toBe('sign_in_expired');
  });

  it('does not end during an outage', async () => {
    await signIn();
    const refreshed = expect(session.refresh()).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').flush('', { status: 503, statusText: 'Unavailable' });
    await refreshed;
    expect(session.signedIn()).toBe(true);
    expect(session.unreachable()).toBe(true);
    await refreshWith(sessionView('signedIn'));
    expect(session.unreachable()).toBe(false);
  });

  it('shares one request between concurrent refreshes', async () => {
    const both = Promise.all([session.refresh(), session.refresh()]);
    http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
    await both;
  });

  it('needs confirmation until the server responds', async () => {
    await signIn();
    store.requireConfirmation();
    const confirmed = check.confirm();
    expect(session.needsConfirmation()).toBe(true);
    http.expectOne('/api/auth/session').flush(sessionView('signedIn'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(false);
  });

  it('still needs confirmation when the deadline has passed during an outage', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(700_000);
    const confirmed = expect(check.confirm()).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(true);
  });

  it('needs no confirmation when an outage comes before the deadline', async () => {
    await signIn();
    store.requireConfirmation();
    const confirmed = expect(check.confirm()).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(false);
  });
});
