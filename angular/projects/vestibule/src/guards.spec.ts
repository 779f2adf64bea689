import { TestBed } from '@angular/core/testing';
import { CanActivateFn, Route, Router } from '@angular/router';
import { Application, Page } from '../spec/application';
import { sessionView } from '../spec/fakes';
import { User } from './api-types';
import { SignedInCondition } from './condition';
import { guestGuard, roleGuard, signedIn, signedInGuard } from './guards';
import { SIGN_IN_PROMPT } from './prompt';
import { withOptions } from './provide';

const PAGES: Route[] = [
  { path: 'login', component: Page, canActivate: [guestGuard] },
  { path: 'denied', component: Page },
  { path: 'mfa-setup', component: Page },
  { path: 'reauthenticate', component: Page },
  { path: 'public', component: Page },
  { path: 'reports', component: Page, canActivate: [signedInGuard] },
];
const DENIED = withOptions({ forbiddenPath: '/denied' });
const UNAVAILABLE = { status: 503, statusText: 'Service Unavailable' };

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  TestBed.resetTestingModule();
  vi.useRealTimers();
});

describe('signedIn', () => {
  async function openPayments(
    condition: SignedInCondition,
    user: Partial<User> = {},
    view = sessionView('signedIn'),
  ): Promise<string> {
    const route = { path: 'payments', component: Page, canActivate: [signedIn(condition)] };
    const application = new Application([route, ...PAGES], [DENIED]);
    return application.open('/payments?year=2026', view, user);
  }

  const PAYMENTS = '/payments?year=2026';
  const BACK = '?returnTo=%2Fpayments%3Fyear%3D2026';

  it.each([
    ['no condition', {}, {}, PAYMENTS],
    ['the role', { role: 'admin' }, { roles: ['admin'] }, PAYMENTS],
    ['one of the roles', { role: ['editor', 'admin'] }, { roles: ['admin'] }, PAYMENTS],
    ['another role', { role: 'admin' }, { roles: ['editor'] }, '/denied'],
    ['none of the roles', { role: ['editor', 'admin'] }, { roles: [] }, '/denied'],
    ['a predicate that is met', { when: ({ username }) => username === 'ada' }, {}, PAYMENTS],
    ['a predicate that is not met', { when: () => false }, {}, '/denied'],
    ['a promise that is met', { when: () => Promise.resolve(true) }, {}, PAYMENTS],
    ['a promise that is not met', { when: () => Promise.resolve(false) }, {}, '/denied'],
    [
      'a predicate with a redirect',
      { when: () => TestBed.inject(Router).parseUrl('/public?x=1') },
      {},
      '/public?x=1',
    ],
    ['a predicate behind a role', { role: 'admin', when: () => true }, { roles: [] }, '/denied'],
  ] as [string, SignedInCondition, Partial<User>, string][])(
    'with %s',
    async (_name, condition, user, expected) =>
      expect(await openPayments(condition, user)).toBe(expected),
  );

  it.each([
    ['mfa', ['pwd', 'otp'], true, PAYMENTS],
    ['mfa', ['mfa'], true, PAYMENTS],
    ['mfa', ['hwk', 'user'], true, PAYMENTS],
    ['mfa', ['pwd', 'swk'], true, PAYMENTS],
    ['mfa', ['pwd', 'user'], true, `/reauthenticate${BACK}`],
    ['otp', ['pwd', 'otp'], true, PAYMENTS],
    [['hwk', 'otp'], ['pwd', 'otp'], true, PAYMENTS],
    // A user with a factor proves it. A user without one must enrol it.
    ['mfa', ['pwd'], true, `/reauthenticate${BACK}`],
    ['mfa', ['pwd'], false, `/mfa-setup${BACK}`],
    ['hwk', ['pwd', 'otp'], true, `/reauthenticate${BACK}`],
  ])('with amr %j and a session with %j', async (amr, methods, mfaEnabled, expected) => {
    const view = sessionView('signedIn', { amr: methods });
    expect(await openPayments({ amr }, { mfaEnabled }, view)).toBe(expected);
  });

  it.each([
    ['10m', 599, PAYMENTS],
    ['10m', 601, `/reauthenticate${BACK}`],
    ['30s', 40, `/reauthenticate${BACK}`],
    ['1d', 80_000, PAYMENTS],
  ] as const)('with a proof within %s that is %d s old', async (time, proofAge, expected) => {
    const view = sessionView('signedIn', { proofAge });
    expect(await openPayments({ authenticatedWithin: time }, {}, view)).toBe(expected);
  });

  it('requires a proof if its time is unknown', async () => {
    const view = { ...sessionView('signedIn'), authenticatedAt: null };
    expect(await openPayments({ authenticatedWithin: '10m' }, {}, view)).toBe(
      `/reauthenticate${BACK}`,
    );
  });

  it.each(['10', '10 m', 'm', '-1m'])('refuses the duration %j at the start', (time) =>
    expect(() => signedIn({ authenticatedWithin: time as '10m' })).toThrow(
      `"${time}" is not a duration; write for example 30s, 10m, 12h or 1d`,
    ),
  );

  it.each([
    [true, PAYMENTS],
    [false, `/reauthenticate${BACK}`],
  ])('asks for the proof over the page if there is a dialog: %s', async (given, expected) => {
    const demands: unknown[] = [];
    const prompt = {
      open: null,
      reauthenticate: (demand: unknown) => {
        demands.push(demand);
        if (given) application.store.applyView(sessionView('signedIn'));
        return Promise.resolve(given);
      },
    };
    const guard = signedIn({ authenticatedWithin: '10m' });
    const application = new Application(
      [{ path: 'payments', component: Page, canActivate: [guard] }, ...PAGES],
      [],
      [{ provide: SIGN_IN_PROMPT, useValue: prompt }],
    );
    const view = sessionView('signedIn', { proofAge: 3_600 });
    expect(await application.open(PAYMENTS, view)).toBe(expected);
    expect(demands).toEqual([{ methods: null, maxAge: 600, acrValues: [] }]);
  });

  it('protects the children of a route as canActivateChild', async () => {
    const child = { path: 'child', component: Page };
    const parent = { path: 'area', canActivateChild: [roleGuard('admin')], children: [child] };
    const application = new Application([parent, ...PAGES], [DENIED]);
    const user = { roles: [] };
    expect(await application.open('/area/child', sessionView('signedIn'), user)).toBe('/denied');
  });

  it('leads to the sign-in and back as canMatch', async () => {
    const area = { path: 'area', canMatch: [signedIn()], component: Page };
    const application = new Application([area, ...PAGES]);
    expect(await application.open('/area?x=1#y', sessionView('anonymous'))).toBe(
      '/login?returnTo=%2Farea%3Fx%3D1%23y',
    );
  });

  it('lets the router try the next route as canMatch', async () => {
    const routes = [
      {
        path: 'home',
        canMatch: [signedIn({ role: 'admin' })],
        children: [{ path: '', redirectTo: '/denied', pathMatch: 'full' as const }],
      },
      { path: 'home', component: Page, canMatch: [signedIn()] },
    ];
    const application = new Application([...routes, ...PAGES]);
    const user = { roles: ['editor'] };
    expect(await application.open('/home', sessionView('signedIn'), user)).toBe('/home');
  });

  it('waits while the user cannot be loaded because of an outage', async () => {
    const admin = { path: 'admin', component: Page, canActivate: [roleGuard('admin')] };
    const application = new Application([admin, ...PAGES], [DENIED]);
    const { http } = application;
    void application.router.navigateByUrl('/admin');
    await application.settle();
    http.expectOne('/api/auth/session').flush(sessionView('signedIn'));
    await application.settle();
    http.expectOne('/api/auth/me').flush('', UNAVAILABLE);
    await application.settle();
    expect(application.router.url).toBe('/');
    await vi.advanceTimersByTimeAsync(1_000);
    http.expectOne('/api/auth/me').flush('', UNAVAILABLE);
    await vi.advanceTimersByTimeAsync(2_000);
    application.answerUser({ roles: ['admin'] });
    await application.settle();
    expect(application.router.url).toBe('/admin');
  });

  it('redirects a user who cannot be loaded for another reason', async () => {
    const admin = { path: 'admin', component: Page, canActivate: [roleGuard('admin')] };
    const application = new Application([admin, ...PAGES], [DENIED]);
    void application.router.navigateByUrl('/admin');
    await application.settle();
    application.http.expectOne('/api/auth/session').flush(sessionView('signedIn'));
    await application.settle();
    application.http.expectOne('/api/auth/me').flush('', { status: 404, statusText: 'Not Found' });
    await application.settle();
    expect(application.router.url).toBe('/denied');
  });
});

describe('a page for forbidden users that is guarded itself', () => {
  const HOME: Route = {
    path: '',
    pathMatch: 'full',
    component: Page,
    canActivate: [roleGuard('x')],
  };

  it.each<[string, Route[], string]>([
    ['the home page', [HOME], '/'],
    ['another page', [{ ...HOME, path: 'admin' }, HOME], '/admin'],
    [
      'a page that is redirected to the guarded one',
      [
        { path: '', pathMatch: 'full', redirectTo: 'admin' },
        { ...HOME, path: 'admin' },
      ],
      '/admin',
    ],
  ])('ends the navigation: %s', async (_name, routes, url) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const application = new Application([...routes, ...PAGES]);
    let navigations = 0;
    application.router.events.subscribe(() => (navigations += 1));
    await application.open(url, sessionView('signedIn'));
    expect(navigations).toBeLessThan(30);
    expect(application.session.problem()).toBe('noAllowedPage');
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('forbiddenPath'));
    expect(await application.go('/public')).toBe('/public');
    log.mockRestore();
  });
});

describe('the path of the sign-in page', () => {
  it.each(['sign-in', '/sign-in/', 'sign-in/'])('may be written as %s', async (loginPath) => {
    const login = { path: 'sign-in', component: Page, canActivate: [guestGuard] };
    const application = new Application([login, ...PAGES], [withOptions({ loginPath })]);
    expect(await application.open('/reports', sessionView('anonymous'))).toBe(
      '/sign-in?returnTo=%2Freports',
    );
    application.session.apply(sessionView('signedIn'));
    await application.settle();
    expect(application.router.url).toBe('/reports');
  });

  it.each(['/login;x=1', '/login;x=1?returnTo=%2Freports', '/login?x#y'])(
    'is recognised as %s',
    async (url) => {
      const home = { path: '', pathMatch: 'full' as const, redirectTo: '/reports' };
      const application = new Application([home, ...PAGES]);
      await application.open(url, sessionView('anonymous'));
      application.session.apply(sessionView('signedIn'));
      await application.settle();
      expect(application.router.url).toBe('/reports');
    },
  );
});

describe('a public page', () => {
  const wrapped: CanActivateFn = (route, state) => signedInGuard(route, state);
  const ROUTES: Route[] = [
    ...PAGES,
    { path: 'wrapped', component: Page, canActivate: [wrapped] },
    { path: 'matched', component: Page, canMatch: [signedIn()] },
    {
      path: 'area',
      canActivate: [signedInGuard],
      children: [
        { path: 'one', component: Page },
        { path: 'two', component: Page },
      ],
    },
  ];

  it.each(['idle', 'signed_out', null] as const)(
    'stays open when the session ends: %s',
    async (reason) => {
      const application = new Application(ROUTES);
      await application.open('/public?x=1', sessionView('signedIn'));
      application.store.end(reason);
      await application.settle();
      expect(application.router.url).toBe('/public?x=1');
      expect(application.session.state()).toBe('anonymous');
      expect(application.session.endReason()).toBe(reason);
    },
  );

  it.each(['/reports', '/wrapped', '/matched', '/area/one'])(
    'is no page with a guard: %s',
    async (url) => {
      const application = new Application(ROUTES);
      await application.open(url, sessionView('signedIn'));
      application.store.end('idle');
      await application.settle();
      expect(application.router.url).toBe(`/login?reason=idle&returnTo=${encodeURIComponent(url)}`);
    },
  );

  it('is no page below a guarded one whose guard did not run again', async () => {
    const application = new Application(ROUTES);
    await application.open('/area/one', sessionView('signedIn'));
    await application.go('/area/two');
    application.store.end('idle');
    await application.settle();
    expect(application.router.url).toBe('/login?reason=idle&returnTo=%2Farea%2Ftwo');
  });

  it('stays open after a guarded page', async () => {
    const application = new Application(ROUTES);
    await application.open('/reports', sessionView('signedIn'));
    await application.go('/public');
    application.store.end('idle');
    await application.settle();
    expect(application.router.url).toBe('/public');
  });

  it('with a form leads to the second factor', async () => {
    const application = new Application([...ROUTES, { path: 'second-factor', component: Page }]);
    await application.open('/public', sessionView('anonymous'));
    application.session.apply(sessionView('awaitingSecondFactor'));
    await application.settle();
    expect(application.router.url).toBe('/second-factor?returnTo=%2Fpublic');
  });

  it('leads to the sign-in for a guarded page that opens while the session ends', async () => {
    let finish!: () => void;
    const opened = new Promise<void>((resolve) => (finish = resolve));
    const slow = {
      path: 'slow',
      component: Page,
      canActivate: [signedInGuard],
      resolve: { data: () => opened },
    };
    const application = new Application([...ROUTES, slow]);
    await application.open('/public', sessionView('signedIn'));
    await application.go('/slow?x=1');
    application.store.end('revoked');
    await application.settle();
    finish();
    await application.settle();
    expect(application.router.url).toBe('/login?reason=revoked&returnTo=%2Fslow%3Fx%3D1');
  });
});
