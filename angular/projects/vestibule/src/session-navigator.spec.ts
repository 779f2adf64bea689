import { Component } from '@angular/core';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { FakeTabChannel, sessionView, testUser } from '../spec/fakes';
import { Deadlines, SessionView, User } from './api-types';
import {
  enrolmentGuard,
  guestGuard,
  linkGuard,
  passwordChangeGuard,
  roleGuard,
  secondFactorGuard,
  signedInGuard,
} from './guards';
import { provideVestibule, vestibuleInterceptors, withBackends } from './provide';
import { Session } from './session';
import { SessionStore } from './session-store';
import { TabChannel, TabMessage } from './tab-channel';

@Component({ selector: 'vestibule-page', template: '<h1>page</h1>' })
class Page {}

describe('SessionNavigator and guards', () => {
  let http: HttpTestingController;
  let router: Router;
  let session: Session;
  let store: SessionStore;
  let tabs: FakeTabChannel;

  async function settle(): Promise<void> {
    for (let round = 0; round < 5; round++) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  /** Opens a page in a browser with this session. */
  async function open(url: string, view: SessionView, user: Partial<User> = {}): Promise<string> {
    const harness = await RouterTestingHarness.create();
    const navigated = harness.navigateByUrl(url);
    await settle();
    http.expectOne('/api/auth/session').flush(view);
    await settle();
    for (const me of http.match('/api/auth/me')) me.flush(testUser({ session: view, ...user }));
    await settle();
    await navigated;
    await settle();
    return router.url;
  }

  async function respond(view: SessionView): Promise<void> {
    http.expectOne('/api/auth/session').flush(view);
    await settle();
    for (const me of http.match('/api/auth/me')) me.flush(testUser({ session: view }));
    await settle();
  }

  beforeEach(() => {
    vi.useFakeTimers();
    document.cookie = 'XSRF-TOKEN=token';
    tabs = new FakeTabChannel();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'login', component: Page, canActivate: [guestGuard] },
          { path: 'second-factor', component: Page, canActivate: [secondFactorGuard] },
          { path: 'mfa-setup', component: Page, canActivate: [enrolmentGuard] },
          { path: 'change-password', component: Page, canActivate: [passwordChangeGuard] },
          { path: 'link', component: Page, canActivate: [linkGuard] },
          { path: 'reports', component: Page, canActivate: [signedInGuard] },
          { path: 'admin', component: Page, canActivate: [roleGuard('admin')] },
          { path: '', pathMatch: 'full', component: Page, canActivate: [signedInGuard] },
        ]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(withBackends('/orders', 'https://backend.example')),
        { provide: TabChannel, useValue: tabs },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    session = TestBed.inject(Session);
    store = TestBed.inject(SessionStore);
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
  });

  describe('guards', () => {
    it.each([
      ['/reports', 'signedIn', '/reports'],
      ['/reports?year=2026', 'anonymous', '/login?returnTo=%2Freports%3Fyear%3D2026'],
      ['/', 'anonymous', '/login'],
      ['/reports', 'awaitingSecondFactor', '/second-factor?returnTo=%2Freports'],
      ['/reports', 'awaitingEnrolment', '/mfa-setup?returnTo=%2Freports'],
      ['/reports', 'awaitingPasswordChange', '/change-password?returnTo=%2Freports'],
      ['/login', 'anonymous', '/login'],
      ['/login', 'awaitingSecondFactor', '/login'],
      ['/login?returnTo=%2Freports', 'signedIn', '/reports'],
      ['/login?returnTo=%2F%2Fevil.example', 'signedIn', '/'],
      ['/second-factor', 'awaitingSecondFactor', '/second-factor'],
      ['/second-factor?returnTo=%2Freports', 'anonymous', '/login?returnTo=%2Freports'],
      ['/second-factor?returnTo=%2Freports', 'signedIn', '/reports'],
      ['/mfa-setup', 'signedIn', '/mfa-setup'],
      ['/mfa-setup', 'awaitingEnrolment', '/mfa-setup'],
      ['/mfa-setup', 'anonymous', '/login?returnTo=%2Fmfa-setup'],
      ['/mfa-setup', 'awaitingSecondFactor', '/second-factor?returnTo=%2Fmfa-setup'],
      ['/change-password', 'signedIn', '/change-password'],
      ['/change-password', 'awaitingPasswordChange', '/change-password'],
      ['/change-password', 'anonymous', '/login?returnTo=%2Fchange-password'],
      ['/change-password', 'awaitingSecondFactor', '/second-factor?returnTo=%2Fchange-password'],
      ['/mfa-setup', 'awaitingPasswordChange', '/change-password?returnTo=%2Fmfa-setup'],
      ['/mfa-setup?returnTo=%2Freports', 'awaitingEnrolment', '/mfa-setup?returnTo=%2Freports'],
      [
        '/second-factor?returnTo=%2Freports',
        'awaitingSecondFactor',
        '/second-factor?returnTo=%2Freports',
      ],
      ['/login?error=access_denied', 'anonymous', '/login?error=access_denied'],
      ['/login?error=access_denied', 'signedIn', '/login?error=access_denied'],
      ['/link?provider=okta', 'anonymous', '/link?provider=okta'],
      ['/link?provider=okta', 'signedIn', '/link?provider=okta'],
      [
        '/link?provider=okta',
        'awaitingSecondFactor',
        '/second-factor?returnTo=%2Flink%3Fprovider%3Dokta',
      ],
      ['/link?provider=okta', 'awaitingEnrolment', '/mfa-setup?returnTo=%2Flink%3Fprovider%3Dokta'],
      ['/admin', 'signedIn', '/admin'],
      ['/admin', 'anonymous', '/login?returnTo=%2Fadmin'],
    ] as const)('lead from %s in state %s to %s', async (url, state, expected) => {
      expect(await open(url, sessionView(state))).toBe(expected);
    });

    it('redirect users without the role', async () => {
      expect(await open('/admin', sessionView('signedIn'), { roles: ['editor'] })).toBe('/');
    });

    it('wait during an outage', async () => {
      const harness = await RouterTestingHarness.create();
      const navigated = harness.navigateByUrl('/reports');
      await settle();
      http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
      await settle();
      expect(router.url).toBe('/');
      expect(session.unreachable()).toBe(true);
      await vi.advanceTimersByTimeAsync(1_000);
      await respond(sessionView('signedIn'));
      await navigated;
      expect(router.url).toBe('/reports');
    });
  });

  it('leads from the password to the second factor, then to the requested page', async () => {
    await open('/reports', sessionView('anonymous'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toBe('/second-factor?returnTo=%2Freports');
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('leads from a second factor after a federated login to the requested page', async () => {
    await open('/second-factor?returnTo=%2Freports', sessionView('awaitingSecondFactor'));
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('returns to the link page after the second factor', async () => {
    await open('/link?provider=okta&returnTo=%2Freports', sessionView('anonymous'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toMatch(/^\/second-factor\?returnTo=%2Flink%3Fprovider/);
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/link?provider=okta&returnTo=%2Freports');
  });

  it('stays on the link page after sign-in and sign-out', async () => {
    await open('/link?provider=okta', sessionView('anonymous'));
    session.apply(sessionView('signedIn'));
    await settle();
    store.end('signed_out');
    await settle();
    expect(router.url).toBe('/link?provider=okta');
  });

  it('leads to the second factor after the password was entered again', async () => {
    await open('/login', sessionView('awaitingSecondFactor'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toBe('/second-factor');
  });

  it('stays on the enrolment page after the required factor is confirmed', async () => {
    await open('/reports', sessionView('awaitingEnrolment'));
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/mfa-setup?returnTo=%2Freports');
  });

  it('stays on the page of the required password change after the change', async () => {
    await open('/reports', sessionView('awaitingPasswordChange'));
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/change-password?returnTo=%2Freports');
  });

  it('leads to the sign-in page with the reason, and back after sign-in', async () => {
    await open('/reports', sessionView('signedIn'));
    store.end('revoked');
    await settle();
    expect(router.url).toBe('/login?reason=revoked&returnTo=%2Freports');
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('checks the session at the deadline and leads to the sign-in page', async () => {
    await open('/reports', sessionView('signedIn', { idle: 30 }));
    await vi.advanceTimersByTimeAsync(31_000);
    await settle();
    expect(session.needsConfirmation()).toBe(true);
    await respond(sessionView('anonymous'));
    expect(router.url).toBe('/login?reason=idle&returnTo=%2Freports');
  });

  it('stays on the page when the server has extended the deadline', async () => {
    await open('/reports', sessionView('signedIn', { idle: 30 }));
    await vi.advanceTimersByTimeAsync(31_000);
    await settle();
    await respond(sessionView('signedIn', { idle: 600 }));
    expect(router.url).toBe('/reports');
    expect(session.needsConfirmation()).toBe(false);
  });

  describe('a message from another tab', () => {
    it('about a sign-out leads to the sign-in page without a return path', async () => {
      await open('/reports', sessionView('signedIn'));
      tabs.receive({ type: 'signed-out', session: store.id(), reason: 'signed_out' });
      await settle();
      expect(router.url).toBe('/login?reason=signed_out');
      expect(tabs.sent).not.toContainEqual(expect.objectContaining({ type: 'signed-out' }));
    });

    const answer = (view: SessionView): TabMessage => ({
      type: 'answer',
      topic: 'session',
      askedAt: Date.now(),
      answer: view,
    });

    it('about an older session does not end a new session', async () => {
      await open('/reports', sessionView('signedIn'));
      const older = store.id();
      session.apply(sessionView('signedIn'));
      await settle();
      for (const me of http.match('/api/auth/me')) me.flush(testUser());
      tabs.receive({ type: 'signed-out', session: older, reason: 'signed_out' });
      await settle();
      expect(session.signedIn()).toBe(true);
      await respond(sessionView('signedIn'));
      expect(session.signedIn()).toBe(true);
      expect(router.url).toBe('/reports');
    });

    it('about an older session ends the session if the server confirms it', async () => {
      await open('/reports', sessionView('signedIn'));
      tabs.receive({ type: 'signed-out', session: 'older', reason: 'signed_out' });
      await settle();
      http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
      await settle();
      http
        .expectOne('/api/auth/me')
        .flush(
          { code: 'session_ended', reason: 'revoked' },
          { status: 401, statusText: 'Unauthorized' },
        );
      await settle();
      expect(router.url).toBe('/login?reason=revoked&returnTo=%2Freports');
    });

    it('about the deadline of an older session leads to a request', async () => {
      await open('/reports', sessionView('signedIn', { idle: 600 }));
      const other = sessionView('signedIn', { idle: 9_000, max: 10_000 });
      tabs.receive({ type: 'extended', deadlines: other as unknown as Deadlines });
      expect(session.secondsLeft()).toBeLessThanOrEqual(600);
      await settle();
      await respond(sessionView('signedIn', { idle: 500 }));
      expect(session.secondsLeft()).toBe(500);
    });

    it('about the answer of the server signs in this tab after a federated login', async () => {
      await open('/login?returnTo=%2Freports', sessionView('anonymous'));
      tabs.receive(answer(sessionView('signedIn')));
      await settle();
      await respond(sessionView('signedIn'));
      expect(router.url).toBe('/reports');
    });

    it('about the same session sends no request', async () => {
      const view = sessionView('signedIn');
      await open('/reports', view);
      tabs.receive(answer(view));
      await settle();
      http.verify();
    });

    it('about the session of another user loads that user', async () => {
      await open('/reports', sessionView('signedIn'));
      const grace = sessionView('signedIn', { max: 7_200 });
      tabs.receive(answer(grace));
      await settle();
      http.expectOne('/api/auth/session').flush({ ...grace, method: 'federated' });
      await settle();
      http
        .expectOne('/api/auth/me')
        .flush(testUser({ id: '2', displayName: 'Grace Hopper', session: grace }));
      await settle();
      expect(session.method()).toBe('federated');
      expect(session.user()?.displayName).toBe('Grace Hopper');
    });

    it('about a sign-in discards the answer to a request with the older cookie', async () => {
      await open('/login?returnTo=%2Freports', sessionView('anonymous'));
      const refreshed = session.refresh();
      await settle();
      const older = http.expectOne('/api/auth/session');
      tabs.receive({ type: 'signed-in' });
      older.flush(sessionView('anonymous'));
      await settle();
      await respond(sessionView('signedIn'));
      await refreshed;
      expect(router.url).toBe('/reports');
    });

    it('about a sign-in leads to the requested page', async () => {
      await open('/login?returnTo=%2Freports', sessionView('anonymous'));
      tabs.receive({ type: 'signed-in' });
      await settle();
      await respond(sessionView('signedIn'));
      expect(router.url).toBe('/reports');
    });
  });

  describe('a response 401', () => {
    const UNAUTHORIZED = { status: 401, statusText: 'Unauthorized' };
    let failures: unknown[];
    let bodies: unknown[];

    async function failWith(code: string, more = {}): Promise<void> {
      failures = [];
      bodies = [];
      TestBed.inject(HttpClient)
        .get('/api/things')
        .subscribe({
          next: (body) => bodies.push(body),
          error: (error: unknown) => failures.push(error),
        });
      http.expectOne('/api/things').flush({ code, ...more }, UNAUTHORIZED);
      await settle();
    }

    it('during session rotation repeats the request', async () => {
      await open('/reports', sessionView('signedIn'));
      await failWith('session_ended', { reason: 'revoked' });
      await respond(sessionView('signedIn'));
      http.expectOne('/api/things').flush({ things: 1 });
      expect(bodies).toEqual([{ things: 1 }]);
      expect(router.url).toBe('/reports');
    });

    it('to the repeated request is not checked again', async () => {
      await open('/reports', sessionView('signedIn'));
      await failWith('not_signed_in');
      await respond(sessionView('signedIn'));
      http.expectOne('/api/things').flush({ code: 'not_signed_in' }, UNAUTHORIZED);
      await settle();
      http.expectNone('/api/auth/session');
      expect(failures).toHaveLength(1);
    });

    it('after the session has ended leads to the sign-in page with reason and return path', async () => {
      await open('/reports', sessionView('signedIn'));
      await failWith('session_ended', { reason: 'password_changed' });
      await respond(sessionView('anonymous'));
      expect(router.url).toBe('/login?reason=password_changed&returnTo=%2Freports');
      expect(failures).toHaveLength(1);
    });

    it.each([
      ['second_factor_required', 'awaitingSecondFactor', '/second-factor?returnTo=%2Freports'],
      ['enrolment_required', 'awaitingEnrolment', '/mfa-setup?returnTo=%2Freports'],
      [
        'password_change_required',
        'awaitingPasswordChange',
        '/change-password?returnTo=%2Freports',
      ],
    ] as const)('%s leads to the page of that step', async (code, state, expected) => {
      await open('/reports', sessionView('signedIn'));
      await failWith(code);
      await respond(sessionView(state));
      expect(router.url).toBe(expected);
    });

    it('during an outage does not end the session', async () => {
      await open('/reports', sessionView('signedIn'));
      await failWith('session_ended', { reason: 'idle' });
      http
        .expectOne('/api/auth/session')
        .flush('', { status: 503, statusText: 'Service Unavailable' });
      await settle();
      expect(session.signedIn()).toBe(true);
      expect(router.url).toBe('/reports');
      expect(failures).toHaveLength(1);
    });

    it.each(['invalid_credentials', 'passkey_refused', 'passkey_unknown'])(
      'for a wrong password or passkey does not check the session: %s',
      async (code) => {
        await open('/login', sessionView('anonymous'));
        await failWith(code);
        http.expectNone('/api/auth/session');
        expect(failures).toHaveLength(1);
      },
    );

    it.each(['/orders/7', 'https://backend.example/orders'])(
      'from the own API %s is checked as one of the service',
      async (url) => {
        await open('/reports', sessionView('signedIn'));
        failures = [];
        TestBed.inject(HttpClient)
          .get(url)
          .subscribe({ error: (error: unknown) => failures.push(error) });
        const request = http.expectOne(url);
        expect(request.request.withCredentials).toBe(true);
        request.flush('', UNAUTHORIZED);
        await settle();
        http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
        await settle();
        http.expectOne('/api/auth/me').flush({ code: 'not_signed_in' }, UNAUTHORIZED);
        await settle();
        expect(router.url).toBe('/login?returnTo=%2Freports');
        expect(failures).toHaveLength(1);
      },
    );

    it('from another service does not check the session, and the request has no cookie', async () => {
      await open('/reports', sessionView('signedIn'));
      TestBed.inject(HttpClient)
        .get('https://other.example/things')
        .subscribe({ error: () => undefined });
      const other = http.expectOne('https://other.example/things');
      expect(other.request.withCredentials).toBe(false);
      other.flush('', UNAUTHORIZED);
      await settle();
      http.expectNone('/api/auth/session');
      TestBed.inject(HttpClient).get('/api/things').subscribe();
      expect(http.expectOne('/api/things').request.withCredentials).toBe(true);
    });
  });
});
