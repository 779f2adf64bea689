import { Component } from '@angular/core';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import {
  EndReason,
  Session,
  SessionView,
  provideVestibule,
  problemOf,
  signedInGuard,
  vestibuleInterceptors,
} from '@vestibule/angular';
import { withSignInDialog } from '@vestibule/angular/dialogs';
import {
  button,
  dialog,
  fakeModalDialogs,
  reauthenticationRequired,
  textOf,
} from '../spec/dialogs';
import { FakeTabChannel, sessionView, testUser } from '../spec/fakes';
import { LOGIN_OPTIONS, fakeAuthenticator, removeAuthenticator } from '../spec/passkeys';
import { SessionStore } from '../src/session-store';
import { TabChannel } from '../src/tab-channel';

@Component({ selector: 'vestibule-page', template: '<h1>page</h1>' })
class Page {}

const UNAUTHORIZED = { status: 401, statusText: 'Unauthorized' };
const ENDED = { code: 'session_ended', reason: 'revoked' };

describe('the end of a session on a guarded page', () => {
  let http: HttpTestingController;
  let router: Router;
  let tabs: FakeTabChannel;
  let results: string[];

  beforeEach(async () => {
    fakeModalDialogs();
    fakeStyleSheets();
    window.scrollTo = vi.fn();
    document.cookie = 'XSRF-TOKEN=token';
    results = [];
    tabs = new FakeTabChannel();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'login', component: Page },
          { path: 'mfa-setup', component: Page },
          { path: 'elsewhere', component: Page },
          { path: 'reports', component: Page, canActivate: [signedInGuard] },
        ]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(withSignInDialog()),
        { provide: TabChannel, useValue: tabs },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    const harness = await RouterTestingHarness.create();
    const navigated = harness.navigateByUrl('/reports');
    await settle();
    await respond(sessionView('signedIn'));
    await navigated;
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    expect(dialog()).toBeNull();
    vi.restoreAllMocks();
  });

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    }
  }

  /** Responds to the request for the session, and for the user that belongs to it. */
  async function respond(view: SessionView, id = '1'): Promise<void> {
    for (const request of http.match('/api/auth/session')) request.flush(view);
    await settle();
    await respondWithUser(view, id);
  }

  async function respondWithUser(view = sessionView('signedIn'), id = '1'): Promise<void> {
    for (const me of http.match('/api/auth/me')) me.flush(testUser({ id, session: view }));
    await settle();
  }

  const sessionId = () => TestBed.inject(SessionStore).id();

  /** Sends a request of the page. */
  function send(path: string, body: unknown = {}): void {
    TestBed.inject(HttpClient)
      .post(path, body)
      .subscribe({
        next: () => results.push(`${path} done`),
        error: (error: unknown) => results.push(`${path} ${problemOf(error)?.code}`),
      });
  }

  /** Refuses a request because the session has ended, and waits for the dialog. */
  async function endSession(...paths: string[]): Promise<void> {
    for (const path of paths) send(path);
    for (const path of paths) http.expectOne(path).flush(ENDED, UNAUTHORIZED);
    await settle();
    await respond(sessionView('anonymous'));
    await vi.waitUntil(dialog, { timeout: 20_000 });
    await settle();
  }

  async function enterPassword(state: SessionView['state'] = 'signedIn', id = '1'): Promise<void> {
    const field = dialog()!.querySelector<HTMLInputElement>('input[type=password]')!;
    field.value = 'correct horse';
    button('Continue').click();
    await settle();
    const request = http.expectOne('/api/auth/login');
    expect(request.request.body).toMatchObject({ username: 'ada', password: 'correct horse' });
    request.flush({ session: sessionView(state) });
    await settle();
    await respondWithUser(sessionView(state), id);
  }

  it('opens one dialog for several requests, and each is sent once more', async () => {
    await endSession('/api/things', '/api/orders');
    expect(document.querySelectorAll('dialog')).toHaveLength(1);
    expect(textOf(dialog())).toContain('ended from another device');
    expect(textOf(dialog())).toContain('Ada Lovelace');
    http.expectNone('/api/things');
    await enterPassword();
    for (const path of ['/api/things', '/api/orders']) http.expectOne(path).flush({});
    expect(results).toEqual(['/api/things done', '/api/orders done']);
    expect(dialog()).toBeNull();
    expect(router.url).toBe('/reports');
  });

  it('lets new requests of the page wait for the sign-in', async () => {
    await endSession('/api/things');
    send('/api/late');
    http.expectNone('/api/late');
    await enterPassword();
    http.expectOne('/api/late').flush({});
    expect(results).toContain('/api/late done');
    http.expectOne('/api/things').flush({});
  });

  it('asks once: a repeated request that is refused again fails', async () => {
    await endSession('/api/things');
    await enterPassword();
    http.expectOne('/api/things').flush({ code: 'not_signed_in' }, UNAUTHORIZED);
    await settle();
    expect(results).toEqual(['/api/things not_signed_in']);
    expect(dialog()).toBeNull();
  });

  it('does not repeat a request whose body was a stream', async () => {
    send('/api/upload', new ReadableStream());
    http.expectOne('/api/upload').flush(ENDED, UNAUTHORIZED);
    await settle();
    await respond(sessionView('anonymous'));
    await vi.waitUntil(dialog, { timeout: 20_000 });
    await enterPassword();
    http.expectNone('/api/upload');
    expect(results).toEqual(['/api/upload session_ended']);
  });

  it('leaves the page for another user, and sends none of its requests as that user', async () => {
    const replace = vi.spyOn(history, 'replaceState');
    await endSession('/api/things');
    send('/api/late');
    await enterPassword('signedIn', '2');
    http.expectNone('/api/things');
    http.expectNone('/api/late');
    expect(results.sort()).toEqual(['/api/late not_signed_in', '/api/things session_ended']);
    expect(replace).toHaveBeenLastCalledWith(null, '', '/');
    expect(document.adoptedStyleSheets).toHaveLength(1);
  });

  it('sends no request again as a user whom another tab has signed in', async () => {
    send('/api/things');
    http.expectOne('/api/things').flush(ENDED, UNAUTHORIZED);
    await settle();
    await respond(sessionView('signedIn', { max: 40_000 }), '2');
    http.expectNone('/api/things');
    expect(results).toEqual(['/api/things session_ended']);
  });

  it('sends no request again if the user of another session cannot be loaded', async () => {
    send('/api/things');
    http.expectOne('/api/things').flush(ENDED, UNAUTHORIZED);
    await settle();
    for (const request of http.match('/api/auth/session')) {
      request.flush(sessionView('signedIn', { max: 40_000 }));
    }
    await settle();
    for (const me of http.match('/api/auth/me')) {
      me.flush({ code: 'busy' }, { status: 503, statusText: 'Service Unavailable' });
    }
    await settle();
    http.expectNone('/api/things');
    expect(results).toEqual(['/api/things session_ended']);
    expect(TestBed.inject(Session).user()).toBeNull();
  });

  it.each([
    ['1', '/api/things done'],
    ['2', '/api/things reauthentication_required'],
  ])(
    'sends a request again after a proof only as its own user, not as user 2: %s',
    async (id, result) => {
      send('/api/things');
      const refusal = reauthenticationRequired('password');
      http.expectOne('/api/things').flush(refusal, { status: 403, statusText: 'Forbidden' });
      await vi.waitUntil(dialog, { timeout: 20_000 });
      await settle();
      tabs.receive({ type: 'signed-in' });
      await settle();
      const later = sessionView('signedIn', { max: 40_000 });
      await respond(later, id);
      const field = dialog()!.querySelector<HTMLInputElement>('input:not([hidden])')!;
      field.value = 'correct horse';
      field.dispatchEvent(new Event('input'));
      await settle();
      button('Continue').click();
      await settle();
      http.expectOne('/api/auth/reauthenticate').flush({ session: later });
      for (let requests = 0; requests < 3; requests++) await respondWithUser(later, id);
      if (id === '1') http.expectOne('/api/things').flush({});
      else http.expectNone('/api/things');
      expect(results).toEqual([result]);
    },
  );

  it('closes the dialog when another tab has signed in the same user', async () => {
    await endSession('/api/things');
    tabs.receive({ type: 'signed-in' });
    await settle();
    await respond(sessionView('signedIn'));
    expect(dialog()).toBeNull();
    http.expectOne('/api/things').flush({});
    expect(results).toEqual(['/api/things done']);
  });

  describe('of a user with a passkey', () => {
    beforeEach(async () => {
      fakeAuthenticator({ autofill: true });
      await endSession('/api/things');
      http.expectOne('/api/auth/providers').flush({ providers: [], passkeys: true });
      await settle();
    });

    afterEach(() => removeAuthenticator());

    it('continues after the passkey, without a user name and a password', async () => {
      // The dialog has no field that could list passkeys.
      http.expectNone('/api/auth/passkey/options');
      button('Sign in with a passkey').click();
      await settle();
      http.expectOne('/api/auth/passkey/options').flush(LOGIN_OPTIONS);
      await settle();
      const login = http.expectOne('/api/auth/passkey/login');
      login.flush({ needEnrolment: false, session: sessionView('signedIn') });
      await settle();
      await respondWithUser();
      expect(dialog()).toBeNull();
      http.expectOne('/api/things').flush({});
      expect(results).toEqual(['/api/things done']);
    });

    it('stays open if the server refuses the passkey', async () => {
      button('Sign in with a passkey').click();
      await settle();
      http.expectOne('/api/auth/passkey/options').flush(LOGIN_OPTIONS);
      await settle();
      http.expectOne('/api/auth/passkey/login').flush({ code: 'passkey_refused' }, UNAUTHORIZED);
      await settle();
      expect(textOf(dialog()?.querySelector('[role=alert]'))).toContain('was refused');
      await enterPassword();
      http.expectOne('/api/things').flush({});
      expect(results).toEqual(['/api/things done']);
    });
  });

  it('asks for the second factor in place', async () => {
    await endSession('/api/things');
    await enterPassword('awaitingSecondFactor');
    expect(router.url).toBe('/reports');
    const field = dialog()!.querySelector<HTMLInputElement>('input')!;
    field.value = '123456';
    field.dispatchEvent(new Event('input'));
    await settle();
    http.expectOne('/api/mfa/verify').flush({ session: sessionView('signedIn') });
    await settle();
    await respondWithUser();
    expect(dialog()).toBeNull();
    http.expectOne('/api/things').flush({});
  });

  it('leads to the page of an enrolment that the sign-in requires', async () => {
    await endSession('/api/things');
    await enterPassword('awaitingEnrolment');
    expect(router.url).toBe('/mfa-setup?returnTo=%2Freports');
    expect(results).toEqual(['/api/things session_ended']);
  });

  it('leads to the sign-in page when the user leaves', async () => {
    await endSession('/api/things');
    button('Leave this page').click();
    await settle();
    expect(router.url).toBe('/login?reason=revoked&returnTo=%2Freports');
    expect(results).toEqual(['/api/things session_ended']);
    expect(document.adoptedStyleSheets).toHaveLength(0);
  });

  it('closes the dialog after a navigation', async () => {
    await endSession('/api/things');
    await router.navigateByUrl('/elsewhere');
    await settle();
    expect(dialog()).toBeNull();
    expect(document.adoptedStyleSheets).toHaveLength(0);
  });

  it.each(['signed_out', 'user_disabled'] as const)(
    'opens no dialog after %s',
    async (reason: EndReason) => {
      tabs.receive({ type: 'signed-out', session: sessionId(), reason });
      await settle();
      expect(router.url).toMatch(/^\/login/);
      expect(dialog()).toBeNull();
    },
  );

  it('hides the page before the code of the dialog is loaded', async () => {
    tabs.receive({ type: 'signed-out', session: sessionId(), reason: 'idle' });
    TestBed.tick();
    expect(document.adoptedStyleSheets).toHaveLength(1);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    expect(TestBed.inject(Session).signedIn()).toBe(false);
    button('Leave this page').click();
    await settle();
  });
});

/** Adds what the dialogs use of constructed style sheets to jsdom, which has none. */
function fakeStyleSheets(): void {
  Object.assign(document, { adoptedStyleSheets: [] });
  vi.stubGlobal(
    'CSSStyleSheet',
    class {
      replaceSync(): void {
        // jsdom renders nothing.
      }
    },
  );
}
