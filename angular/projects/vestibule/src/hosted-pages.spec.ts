import { APP_BASE_HREF, HashLocationStrategy, LocationStrategy } from '@angular/common';
import { Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Route } from '@angular/router';
import { Application, Page } from '../spec/application';
import { sessionView } from '../spec/fakes';
import { signedIn, signedInGuard } from './guards';
import { withHostedPages, withOptions } from './provide';

const ROUTES: Route[] = [
  { path: 'public', component: Page },
  { path: 'reports', component: Page, canActivate: [signedInGuard] },
  {
    path: 'area',
    canActivate: [signedInGuard],
    children: [{ path: 'one', component: Page, canActivate: [signedInGuard] }],
  },
  { path: 'payments', component: Page, canActivate: [signedIn({ amr: 'mfa' })] },
  { path: '', pathMatch: 'full', component: Page, canActivate: [signedInGuard] },
];
const HERE = location.origin;
const LOGIN = `${HERE}/login`;

const back = (url: string, page = LOGIN) => `${page}?returnTo=${encodeURIComponent(url)}`;

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});

afterEach(() => {
  TestBed.resetTestingModule();
  document.querySelector('base')?.remove();
  vi.useRealTimers();
});

describe('withHostedPages', () => {
  it.each<[string, string, string, string | undefined, string]>([
    ['the same origin', '/reports', '/api', undefined, LOGIN],
    ['a prefix', '/reports', '/auth/api', undefined, `${HERE}/auth/login`],
    [
      'another host',
      '/reports',
      'https://id.corp.example/api',
      undefined,
      'https://id.corp.example/login',
    ],
    [
      'another host with a prefix',
      '/reports',
      'https://corp.example/auth/api/',
      undefined,
      'https://corp.example/auth/login',
    ],
    [
      'a development proxy',
      '/reports',
      '/api',
      'http://localhost:3999/auth/',
      'http://localhost:3999/auth/login',
    ],
  ])('leads to the sign-in page of %s', async (_name, url, apiBase, origin, page) => {
    const application = new Application(ROUTES, [
      withOptions({ apiBase }),
      withHostedPages({ origin }),
    ]);
    void application.router.navigateByUrl(url);
    await application.settle();
    application.http
      .expectOne(({ url: to }) => to.endsWith('/auth/session'))
      .flush(sessionView('anonymous'));
    await application.settle();
    // A full navigation, so a route `login` is not needed.
    expect(application.left).toEqual([`replace ${back(`${HERE}/reports`, page)}`]);
  });

  const APP = `${HERE}/app/`;
  it.each<[string, Provider[], string, string]>([
    ['query and fragment', [], '/reports?a=b%20c&d#e', `${HERE}/reports?a=b%20c&d=#e`],
    ['a base href', [{ provide: APP_BASE_HREF, useValue: '/app/' }], '/reports', `${APP}reports`],
    [
      'hash routing',
      [{ provide: LocationStrategy, useClass: HashLocationStrategy }],
      '/reports?a=b',
      `${HERE}/#/reports?a=b`,
    ],
  ])('returns to the exact URL with %s', async (_name, providers, url, expected) => {
    const application = new Application(ROUTES, [withHostedPages()], providers);
    await application.open(url, sessionView('anonymous'));
    expect(application.left).toEqual([`replace ${back(expected)}`]);
  });

  it('returns to a page with hash routing below a base element', async () => {
    const base = document.createElement('base');
    base.href = '/app/';
    document.head.append(base);
    const hash = { provide: LocationStrategy, useClass: HashLocationStrategy };
    const application = new Application(ROUTES, [withHostedPages()], [hash]);
    await application.open('/reports', sessionView('anonymous'));
    expect(application.left).toEqual([`replace ${back(`${APP}#/reports`)}`]);
  });

  it.each([
    ['awaitingSecondFactor', 'second-factor'],
    ['awaitingEnrolment', 'mfa-setup'],
    ['awaitingPasswordChange', 'change-password'],
  ] as const)('leads a user in state %s to %s', async (state, page) => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/reports', sessionView(state));
    expect(application.left).toEqual([`replace ${back(`${HERE}/reports`, `${HERE}/${page}`)}`]);
  });

  it.each([
    [true, 'reauthenticate'],
    [false, 'mfa-setup'],
  ])('leads a user whose second factor is %s to %s', async (mfaEnabled, page) => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/payments', sessionView('signedIn'), { mfaEnabled });
    expect(application.left).toEqual([`replace ${back(`${HERE}/payments`, `${HERE}/${page}`)}`]);
  });

  it('leaves once when several guards ask', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/area/one', sessionView('anonymous'));
    expect(application.left).toEqual([`replace ${back(`${HERE}/area/one`)}`]);
    expect(application.session.problem()).toBeNull();
  });

  it('keeps the current page in the history when the user opens a guarded one', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/public', sessionView('anonymous'));
    expect(await application.go('/reports')).toBe('/public');
    expect(application.left).toEqual([`assign ${back(`${HERE}/reports`)}`]);
  });

  it('continues when "back" brings the page back', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/public', sessionView('anonymous'));
    await application.go('/reports');
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await application.settle();
    expect(application.router.url).toBe('/public');
    await application.go('/reports');
    expect(application.left).toHaveLength(2);
  });

  it('leads to the sign-in page with the reason when the session ends', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/reports', sessionView('signedIn'));
    application.store.end('idle');
    await application.settle();
    const returnTo = encodeURIComponent(`${HERE}/reports`);
    expect(application.left).toEqual([`replace ${LOGIN}?reason=idle&returnTo=${returnTo}`]);
  });

  it('leads back to the application after a sign-out', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/reports', sessionView('signedIn'));
    const signedOut = application.session.signOut();
    const request = application.http.expectOne('/api/auth/logout');
    expect(request.request.body).toEqual({ returnTo: `${HERE}/` });
    request.flush({ message: 'Signed out', redirect: null });
    await signedOut;
    await application.settle();
    const returnTo = encodeURIComponent(`${HERE}/`);
    expect(application.left).toEqual([`replace ${LOGIN}?reason=signed_out&returnTo=${returnTo}`]);
  });

  it('leaves for the logout of a provider only', async () => {
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open('/reports', sessionView('signedIn'));
    const signedOut = application.session.signOut({ to: '/public' });
    const request = application.http.expectOne('/api/auth/logout');
    expect(request.request.body).toEqual({ returnTo: `${HERE}/public` });
    request.flush({ message: 'Signed out', redirect: '/api/auth/logout/continue?key=k' });
    await signedOut;
    await application.settle();
    expect(application.left).toEqual([`assign ${HERE}/api/auth/logout/continue?key=k`]);
  });

  it.each(['', 'id.corp.example', 'ftp://id.corp.example', 'https://id.corp.example/?x', '/auth'])(
    'refuses the address %j',
    (origin) =>
      expect(() => new Application(ROUTES, [withHostedPages({ origin })])).toThrow(
        `withHostedPages: "${origin}" is not the public URL of a service`,
      ),
  );
});

describe('a loop between the application and the sign-in page', () => {
  /** Opens the page in a new document of the same tab. */
  async function load(view = sessionView('anonymous'), url = '/reports'): Promise<Application> {
    TestBed.resetTestingModule();
    const application = new Application(ROUTES, [withHostedPages()]);
    await application.open(url, view);
    return application;
  }

  let log: { mockRestore: () => void };
  beforeEach(() => (log = vi.spyOn(console, 'error').mockImplementation(() => undefined)));
  afterEach(() => log.mockRestore());

  it('stops when the user is sent back at once without a session', async () => {
    expect((await load()).left).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    const application = await load();
    expect(application.left).toEqual([]);
    expect(application.session.problem()).toBe('signInNotKept');
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('VESTIBULE_ALLOWED_ORIGINS'),
    );
  });

  it('stops when the user signs in again and again', async () => {
    for (let returns = 0; returns < 2; returns++) {
      expect((await load()).left).toHaveLength(1);
      vi.advanceTimersByTime(40_000);
    }
    expect((await load()).session.problem()).toBe('signInNotKept');
  });

  it('is no loop if the user had a session in between', async () => {
    await load();
    vi.advanceTimersByTime(2_000);
    await load(sessionView('signedIn'));
    vi.advanceTimersByTime(2_000);
    expect((await load()).left).toHaveLength(1);
  });

  it('is no loop if the user opens another page, or comes back later', async () => {
    await load();
    expect((await load(sessionView('anonymous'), '/area/one')).left).toHaveLength(1);
    vi.advanceTimersByTime(3_600_000);
    expect((await load(sessionView('anonymous'), '/area/one')).left).toHaveLength(1);
  });

  it.each(['reload', 'back_forward'])('is no loop after %s', async (type) => {
    await load();
    const entries = vi
      .spyOn(performance, 'getEntriesByType')
      .mockReturnValue([{ type } as unknown as PerformanceEntry]);
    expect((await load()).left).toHaveLength(1);
    entries.mockRestore();
  });

  it('stops if the application itself answers at the address of the sign-in page', async () => {
    TestBed.resetTestingModule();
    const application = new Application(ROUTES, [withHostedPages({ origin: HERE })]);
    history.pushState(null, '', '/login');
    await application.open('/reports', sessionView('anonymous'));
    history.pushState(null, '', '/');
    expect(application.left).toEqual([]);
    expect(application.session.problem()).toBe('pagesMissing');
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('withHostedPages({ origin })'),
    );
  });
});
