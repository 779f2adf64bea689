import { Component } from '@angular/core';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { FakeTabChannel, testUser, sessionView } from '../spec/fakes';
import {
  enrolmentGuard,
  guestGuard,
  linkGuard,
  roleGuard,
  secondFactorGuard,
  signedInGuard,
} from './guards';
import { provideVestibule, vestibuleInterceptors } from './provide';
import { Session } from './session';
import { TabChannel } from './tab-channel';
import { SessionView, User } from './api-types';

@Component({ selector: 'vestibule-page', template: '<h1>page</h1>' })
class Page {}

describe('the way through the doors', () => {
  let http: HttpTestingController;
  let router: Router;
  let session: Session;
  let tabs: FakeTabChannel;

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  /** Opens a page in a browser that stands where the view says. */
  async function visit(url: string, view: SessionView, user: Partial<User> = {}): Promise<string> {
    const harness = await RouterTestingHarness.create();
    const arrived = harness.navigateByUrl(url);
    await settle();
    http.expectOne('/api/auth/session').flush(view);
    await settle();
    for (const me of http.match('/api/auth/me')) me.flush(testUser({ session: view, ...user }));
    await settle();
    await arrived;
    await settle();
    return router.url;
  }

  async function answer(view: SessionView): Promise<void> {
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
          { path: 'link', component: Page, canActivate: [linkGuard] },
          { path: 'reports', component: Page, canActivate: [signedInGuard] },
          { path: 'admin', component: Page, canActivate: [roleGuard('admin')] },
          { path: '', pathMatch: 'full', component: Page, canActivate: [signedInGuard] },
        ]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(),
        { provide: TabChannel, useValue: tabs },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    session = TestBed.inject(Session);
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
    ] as const)('lead from %s, %s, to %s', async (url, state, expected) => {
      expect(await visit(url, sessionView(state))).toBe(expected);
    });

    it('keep people without the role out', async () => {
      expect(await visit('/admin', sessionView('signedIn'), { roles: ['editor'] })).toBe('/');
    });

    it('wait while the server cannot be reached, and then go on', async () => {
      const harness = await RouterTestingHarness.create();
      const arrived = harness.navigateByUrl('/reports');
      await settle();
      http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
      await settle();
      expect(router.url).toBe('/');
      expect(session.unreachable()).toBe(true);
      await vi.advanceTimersByTimeAsync(1_000);
      await answer(sessionView('signedIn'));
      await arrived;
      expect(router.url).toBe('/reports');
    });
  });

  it('leads from the password over the second factor to the page that was asked for', async () => {
    await visit('/reports', sessionView('anonymous'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toBe('/second-factor?returnTo=%2Freports');
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('leads on from a second factor that a provider was not enough for', async () => {
    await visit('/second-factor?returnTo=%2Freports', sessionView('awaitingSecondFactor'));
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('comes back to the pending link after the second factor', async () => {
    await visit('/link?provider=okta&returnTo=%2Freports', sessionView('anonymous'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toMatch(/^\/second-factor\?returnTo=%2Flink%3Fprovider/);
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/link?provider=okta&returnTo=%2Freports');
  });

  it('stays with the pending link when somebody comes or goes', async () => {
    await visit('/link?provider=okta', sessionView('anonymous'));
    session.apply(sessionView('signedIn'));
    await settle();
    session.end('signed_out');
    await settle();
    expect(router.url).toBe('/link?provider=okta');
  });

  it('leads on also for who went back and gave the password again', async () => {
    await visit('/login', sessionView('awaitingSecondFactor'));
    session.apply(sessionView('awaitingSecondFactor'));
    await settle();
    expect(router.url).toBe('/second-factor');
  });

  it('stays on the set-up page when the required factor is confirmed', async () => {
    await visit('/reports', sessionView('awaitingEnrolment'));
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/mfa-setup?returnTo=%2Freports');
  });

  it('leads to the sign-in page with the reason, and back afterwards', async () => {
    await visit('/reports', sessionView('signedIn'));
    session.end('revoked');
    await settle();
    expect(router.url).toBe('/login?reason=revoked&returnTo=%2Freports');
    session.apply(sessionView('signedIn'));
    await settle();
    expect(router.url).toBe('/reports');
  });

  it('asks the server when the time is up, and then leaves', async () => {
    await visit('/reports', sessionView('signedIn', { idle: 30 }));
    await vi.advanceTimersByTimeAsync(31_000);
    await settle();
    expect(session.needsConfirmation()).toBe(true);
    await answer(sessionView('anonymous'));
    expect(router.url).toBe('/login?reason=idle&returnTo=%2Freports');
  });

  it('stays when the server says that there is time left after all', async () => {
    await visit('/reports', sessionView('signedIn', { idle: 30 }));
    await vi.advanceTimersByTimeAsync(31_000);
    await settle();
    await answer(sessionView('signedIn', { idle: 600 }));
    expect(router.url).toBe('/reports');
    expect(session.needsConfirmation()).toBe(false);
  });

  describe('another tab', () => {
    it('that signs out takes this one along, to a fresh start', async () => {
      await visit('/reports', sessionView('signedIn'));
      tabs.receive({ type: 'signed-out', reason: 'signed_out' });
      await settle();
      expect(router.url).toBe('/login?reason=signed_out');
      expect(tabs.sent).not.toContainEqual(expect.objectContaining({ type: 'signed-out' }));
    });

    it('where somebody came in through a provider brings this one in', async () => {
      await visit('/login?returnTo=%2Freports', sessionView('anonymous'));
      tabs.receive({ type: 'user-loaded', id: '1' });
      await settle();
      await answer(sessionView('signedIn'));
      expect(router.url).toBe('/reports');
    });

    it('with somebody else makes this one look who is here now', async () => {
      await visit('/reports', sessionView('signedIn'));
      expect(tabs.sent).toContainEqual({ type: 'user-loaded', id: '1' });
      tabs.receive({ type: 'user-loaded', id: '1' });
      await settle();
      http.expectNone('/api/auth/me');
      tabs.receive({ type: 'user-loaded', id: '2' });
      await settle();
      const grace = sessionView('signedIn');
      http
        .expectOne('/api/auth/me')
        .flush(testUser({ id: '2', displayName: 'Grace Hopper', session: grace }));
      http.expectOne('/api/auth/session').flush({ ...grace, method: 'federated' });
      await settle();
      expect(session.method()).toBe('federated');
      expect(session.user()?.displayName).toBe('Grace Hopper');
    });

    it('that signs in brings this one in', async () => {
      await visit('/login?returnTo=%2Freports', sessionView('anonymous'));
      tabs.receive({ type: 'signed-in' });
      await settle();
      await answer(sessionView('signedIn'));
      expect(router.url).toBe('/reports');
    });
  });

  describe('a 401', () => {
    const UNAUTHORIZED = { status: 401, statusText: 'Unauthorized' };
    let failures: unknown[];
    let answers: unknown[];

    async function ask(code: string, more = {}): Promise<void> {
      failures = [];
      answers = [];
      TestBed.inject(HttpClient)
        .get('/api/things')
        .subscribe({
          next: (body) => answers.push(body),
          error: (error: unknown) => failures.push(error),
        });
      http.expectOne('/api/things').flush({ code, ...more }, UNAUTHORIZED);
      await settle();
    }

    it('for an id that was just rotated is no end: the request is sent once more', async () => {
      await visit('/reports', sessionView('signedIn'));
      await ask('session_ended', { reason: 'revoked' });
      await answer(sessionView('signedIn'));
      http.expectOne('/api/things').flush({ things: 1 });
      expect(answers).toEqual([{ things: 1 }]);
      expect(router.url).toBe('/reports');
    });

    it('is not asked about a second time', async () => {
      await visit('/reports', sessionView('signedIn'));
      await ask('not_signed_in');
      await answer(sessionView('signedIn'));
      http.expectOne('/api/things').flush({ code: 'not_signed_in' }, UNAUTHORIZED);
      await settle();
      http.expectNone('/api/auth/session');
      expect(failures).toHaveLength(1);
    });

    it('that holds leads to the sign-in page with the reason and the way back', async () => {
      await visit('/reports', sessionView('signedIn'));
      await ask('session_ended', { reason: 'password_changed' });
      await answer(sessionView('anonymous'));
      expect(router.url).toBe('/login?reason=password_changed&returnTo=%2Freports');
      expect(failures).toHaveLength(1);
    });

    it.each([
      ['second_factor_required', 'awaitingSecondFactor', '/second-factor?returnTo=%2Freports'],
      ['enrolment_required', 'awaitingEnrolment', '/mfa-setup?returnTo=%2Freports'],
    ] as const)('%s leads to that step', async (code, state, expected) => {
      await visit('/reports', sessionView('signedIn'));
      await ask(code);
      await answer(sessionView(state));
      expect(router.url).toBe(expected);
    });

    it('signs nobody out while the server cannot say more', async () => {
      await visit('/reports', sessionView('signedIn'));
      await ask('session_ended', { reason: 'idle' });
      http
        .expectOne('/api/auth/session')
        .flush('', { status: 503, statusText: 'Service Unavailable' });
      await settle();
      expect(session.signedIn()).toBe(true);
      expect(router.url).toBe('/reports');
      expect(failures).toHaveLength(1);
    });

    it('of a wrong password is not about the session', async () => {
      await visit('/login', sessionView('anonymous'));
      await ask('invalid_credentials');
      http.expectNone('/api/auth/session');
      expect(failures).toHaveLength(1);
    });

    it('of somebody else says nothing to us, and gets no cookie of ours', async () => {
      await visit('/reports', sessionView('signedIn'));
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
