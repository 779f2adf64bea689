import { HttpClient } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { Application, Page } from '../spec/application';
import { sessionView } from '../spec/fakes';
import { guestGuard } from './guards';
import { SessionEvent } from './session-events';

const REFUSED = { status: 401, statusText: 'Unauthorized' };

describe('session.events', () => {
  let application: Application;
  let events: SessionEvent[];

  beforeEach(() => {
    vi.useFakeTimers();
    application = new Application([
      { path: 'login', component: Page, canActivate: [guestGuard] },
      { path: 'second-factor', component: Page },
      { path: 'public', component: Page },
    ]);
    events = [];
    application.session.events.subscribe((event) => events.push(event));
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
  });

  const password = { method: 'password', provider: null } as const;

  it('reports a session that existed before the page', async () => {
    await application.open('/public', sessionView('signedIn'));
    expect(events).toEqual([{ type: 'signedIn', ...password, restored: true }]);
  });

  it('reports a sign-in, a new proof and a sign-out', async () => {
    await application.open('/public', sessionView('anonymous'));
    application.session.apply(sessionView('awaitingSecondFactor'));
    expect(events).toEqual([]);
    application.session.apply(sessionView('signedIn'));
    application.session.apply(sessionView('signedIn', { amr: ['pwd', 'otp'] }));
    application.store.end('signed_out');
    expect(events).toEqual([
      { type: 'signedIn', ...password, restored: false },
      { type: 'stepUp', amr: ['pwd', 'otp'] },
      { type: 'signedOut' },
    ]);
  });

  it('reports why the session ended', async () => {
    await application.open('/public', sessionView('signedIn'));
    application.store.end('revoked');
    expect(events.at(-1)).toEqual({ type: 'ended', reason: 'revoked' });
  });

  it('reports no end of a sign-in that had not ended', async () => {
    await application.open('/public', sessionView('awaitingSecondFactor'));
    application.store.end('sign_in_expired');
    expect(events).toEqual([]);
  });

  it('reports an extension', async () => {
    await application.open('/public', sessionView('signedIn'));
    const extended = application.session.extend();
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn', { idle: 900 });
    application.http.expectOne('/api/auth/keep-alive').flush({ expiresAt, endsAt, serverTime });
    await extended;
    expect(events.at(-1)).toEqual({ type: 'extended', expiresAt: application.session.expiresAt() });
  });

  it.each([
    ['/api/auth/login', { code: 'invalid_credentials' }, 'invalid_credentials'],
    ['/api/mfa/verify', { code: 'code_invalid' }, 'code_invalid'],
    ['/api/auth/passkey/login', { code: 'passkey_refused' }, 'passkey_refused'],
    ['/api/mfa/passkey/verify', { code: 'passkey_invalid' }, 'passkey_invalid'],
    ['/api/auth/login', '', null],
  ])('reports a refusal of %s', async (url, body, code) => {
    await application.open('/public', sessionView('anonymous'));
    TestBed.inject(HttpClient)
      .post(url, {})
      .subscribe({ error: () => undefined });
    application.http.expectOne(url).flush(body, { status: 400, statusText: 'Bad Request' });
    await application.settle();
    expect(events).toEqual([{ type: 'signInFailed', code }]);
  });

  it('reports no failed sign-in for a code of a signed-in user, and for other requests', async () => {
    await application.open('/public', sessionView('signedIn'));
    events = [];
    for (const url of ['/api/mfa/verify', '/api/things', '/api/auth/verify']) {
      TestBed.inject(HttpClient)
        .post(url, {})
        .subscribe({ error: () => undefined });
      application.http.expectOne(url).flush({ code: 'invalid_credentials' }, REFUSED);
    }
    await application.settle();
    expect(events).toEqual([]);
  });

  it.each([
    ['access_denied', 'access_denied'],
    ['any text', null],
    // The service sends it in responses only.
    ['code_invalid', null],
  ])('reports a refused federated login: %s', async (error, code) => {
    await application.open(`/login?error=${error}`, sessionView('anonymous'));
    expect(events).toEqual([{ type: 'signInFailed', code }]);
  });
});
