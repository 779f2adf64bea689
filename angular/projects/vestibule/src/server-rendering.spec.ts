import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import {
  Component,
  DOCUMENT,
  PLATFORM_ID,
  REQUEST,
  RESPONSE_INIT,
  TransferState,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { sessionView, testUser } from '../spec/fakes';
import { signedInGuard } from './guards';
import { PageExit } from './page-exit';
import {
  provideVestibule,
  vestibuleInterceptors,
  withHostedPages,
  withIdleWarning,
  withKeepAlive,
  withServerEvents,
} from './provide';
import { SERVER_RENDERING } from './platform';
import { TRANSFERRED_SESSION, provideVestibuleServer, serverRendering } from './server-rendering';
import { Session } from './session';

@Component({ selector: 'vestibule-page', template: '<h1>page</h1>' })
class Page {}

const COOKIE = 'theme=dark; __Host-vestibule=secret; __Host-vestibule-login=x; XSRF-TOKEN=t';

/** Another request of the page can have the data of one user, also if the check of the session fails. */
const NOT_STORED = { 'cache-control': 'private, no-store' };

describe('On a server', () => {
  let http: HttpTestingController;
  let session: Session;
  let response: ResponseInit;

  function render(cookie: string | null, apiBase: string | null = null, hosted = false): void {
    const request =
      cookie === null
        ? null
        : { url: 'https://app.example/reports?year=2026', headers: new Headers({ cookie }) };
    response = {};
    TestBed.configureTestingModule({
      providers: [
        { provide: PLATFORM_ID, useValue: 'server' },
        { provide: REQUEST, useValue: request },
        { provide: RESPONSE_INIT, useValue: response },
        provideRouter([
          { path: 'login', component: Page },
          { path: 'reports', component: Page, canActivate: [signedInGuard] },
        ]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(
          withKeepAlive(),
          withIdleWarning(),
          withServerEvents(),
          ...(hosted ? [withHostedPages()] : []),
        ),
        apiBase === null ? [] : provideVestibuleServer({ apiBase }),
        // Unit tests are bundled for a browser, without the code for the server.
        { provide: SERVER_RENDERING, useFactory: serverRendering },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(Session);
  }

  async function open(url: string): Promise<string> {
    const router = TestBed.inject(Router);
    await router.navigateByUrl(url);
    return router.url;
  }

  const headers = () => Object.fromEntries(new Headers(response.headers));

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('reads the session of the request with its session cookie and no other cookie', async () => {
    render(COOKIE);
    const verify = http.expectOne('https://app.example/api/auth/verify');
    expect(verify.request.headers.get('cookie')).toBe('__Host-vestibule=secret');
    const view = sessionView('signedIn');
    verify.flush({ user: testUser(), session: view });
    await session.whenReady();
    expect(session.user()?.displayName).toBe('Ada Lovelace');
    expect(TestBed.inject(TransferState).get(TRANSFERRED_SESSION, null)?.session).toEqual(view);
    expect(headers()).toEqual(NOT_STORED);
    TestBed.tick();
    expect(await open('/reports')).toBe('/reports');
  });

  it('uses the address of the API that only the server knows', () => {
    render(COOKIE, 'http://10.0.0.7:3000/api/');
    http.expectOne('http://10.0.0.7:3000/api/auth/verify');
    TestBed.inject(HttpClient).get('/api/account?x=1').subscribe();
    const account = http.expectOne('http://10.0.0.7:3000/api/account?x=1');
    expect(account.request.headers.get('cookie')).toBe('__Host-vestibule=secret');
  });

  it('sends the cookie to no other address', () => {
    render(COOKIE);
    http.expectOne('https://app.example/api/auth/verify');
    TestBed.inject(HttpClient).get('https://other.example/api/auth/verify').subscribe();
    const other = http.expectOne('https://other.example/api/auth/verify');
    expect(other.request.headers.has('cookie')).toBe(false);
  });

  it('sends no request without a session cookie, and redirects from guarded pages', async () => {
    render('theme=dark');
    await session.whenReady();
    expect(session.state()).toBe('anonymous');
    expect(TestBed.inject(TransferState).hasKey(TRANSFERRED_SESSION)).toBe(false);
    expect(headers()).toEqual({});
    expect(await open('/reports?year=2026')).toMatch(/^\/login\?returnTo=/);
  });

  it('names the hosted page in the response, and comes back to the page', async () => {
    render('', null, true);
    // Angular renders the empty page at the requested address.
    await open('/reports?year=2026');
    expect(response.status).toBe(302);
    const returnTo = encodeURIComponent('https://app.example/reports?year=2026');
    expect(headers()['location']).toBe(`https://app.example/login?returnTo=${returnTo}`);
  });

  it.each([
    ['not_signed_in', 'anonymous'],
    ['session_ended', 'anonymous'],
    ['second_factor_required', 'awaitingSecondFactor'],
    ['enrolment_required', 'awaitingEnrolment'],
    ['password_change_required', 'awaitingPasswordChange'],
  ])('knows the state after the refusal %s', async (code, state) => {
    render(COOKIE);
    http
      .expectOne('https://app.example/api/auth/verify')
      .flush({ code }, { status: 401, statusText: 'Unauthorized' });
    await session.whenReady();
    expect(session.state()).toBe(state);
    expect(headers()).toEqual(NOT_STORED);
  });

  it('redirects without the location of a browser', async () => {
    const withoutLocation = new Proxy(document, {
      get(target, name) {
        if (name === 'location') throw new Error('a server has no location');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    TestBed.overrideProvider(DOCUMENT, { useValue: withoutLocation });
    render('theme=dark', null, true);
    await open('/reports?year=2026');
    const returnTo = encodeURIComponent('https://app.example/reports?year=2026');
    expect(headers()['location']).toBe(`https://app.example/login?returnTo=${returnTo}`);
    await TestBed.inject(PageExit).go(new URL('https://id.corp.example/login'));
    expect(response.status).toBe(302);
    expect(headers()).toEqual({
      'cache-control': 'no-store',
      location: 'https://id.corp.example/login',
    });
  });

  it('renders an empty page in place of a guarded page while the session is unknown', async () => {
    render(COOKIE);
    http.expectOne('https://app.example/api/auth/verify').error(new ProgressEvent('error'));
    await session.whenReady();
    expect(session.state()).toBe('unknown');
    // The browser decides. A prerendered redirect would send each user to the sign-in page.
    expect(await open('/reports')).toBe('/vestibule-empty-page');
    expect(response.status).toBeUndefined();
    expect(headers()).toEqual(NOT_STORED);
    expect(await session.whenUserLoaded()).toBeNull();
  });

  it('sends no request while the builder prerenders, and prerenders no redirect', async () => {
    render(null);
    await session.whenReady();
    expect(session.state()).toBe('unknown');
    // The browser decides. A prerendered redirect would send each user to the sign-in page.
    expect(await open('/reports')).toBe('/vestibule-empty-page');
    expect(response).toEqual({});
  });

  it('starts no timer, no listener, no channel and no stream', async () => {
    const started = vi.fn();
    vi.stubGlobal('BroadcastChannel', started);
    vi.stubGlobal('EventSource', started);
    const interval = vi.spyOn(window, 'setInterval');
    const listen = vi.spyOn(document, 'addEventListener');
    const listenWindow = vi.spyOn(window, 'addEventListener');
    render(COOKIE);
    const verify = http.expectOne('https://app.example/api/auth/verify');
    verify.flush({ user: testUser(), session: sessionView('signedIn') });
    await session.whenReady();
    // The scheduler of Angular has timers of its own.
    const timer = vi.spyOn(window, 'setTimeout').mockClear();
    expect(session.secondsLeft()).toBeGreaterThan(0);
    expect(session.idleWithin(60)).toBe(false);
    expect(started).not.toHaveBeenCalled();
    // The limit of the request is the only one.
    expect(interval.mock.calls.map(([, delay]) => delay)).not.toContain(2_000);
    expect(timer).not.toHaveBeenCalled();
    const names = [...listen.mock.calls, ...listenWindow.mock.calls].map(([name]) => name);
    for (const name of ['visibilitychange', 'pointermove', 'pageshow', 'online', 'message']) {
      expect(names).not.toContain(name);
    }
  });
});

describe('In a browser, a page that a server has rendered', () => {
  it('starts with the session of the server and sends no request', async () => {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'reports', component: Page, canActivate: [signedInGuard] }]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        {
          provide: TransferState,
          useFactory: () => {
            const state = new TransferState();
            const view = sessionView('signedIn');
            state.set(TRANSFERRED_SESSION, { session: view, user: testUser({ session: view }) });
            return state;
          },
        },
        provideVestibule(),
      ],
    });
    const session = TestBed.inject(Session);
    TestBed.tick();
    await TestBed.inject(Router).navigateByUrl('/reports');
    expect(TestBed.inject(Router).url).toBe('/reports');
    expect(session.user()?.displayName).toBe('Ada Lovelace');
    TestBed.inject(HttpTestingController).verify();
    TestBed.resetTestingModule();
  });
});
