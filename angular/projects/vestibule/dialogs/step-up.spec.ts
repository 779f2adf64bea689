import { HttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ApplicationRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { firstValueFrom } from 'rxjs';
import { problemOf } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { sessionView } from '../spec/fakes';
import {
  FORBIDDEN,
  button,
  dialog,
  fakeModalDialogs,
  provideDialogs,
  reauthenticationRequired,
  textOf,
} from '../spec/dialogs';

import {
  ASSERTION,
  FakeAuthenticator,
  LOGIN_OPTIONS,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
} from '../spec/passkeys';

const SIGNED_IN = { session: { state: 'signedIn' } };

interface FakeWindow {
  opener: unknown;
  readonly closed: boolean;
  readonly location: { readonly replace: ReturnType<typeof vi.fn> };
  readonly close: ReturnType<typeof vi.fn>;
}

describe('a request that requires a recent proof', () => {
  let http: HttpTestingController;
  let router: Router;
  let session: TestSession;
  let popup: FakeWindow | null;
  let open: ReturnType<typeof vi.spyOn>;
  let outcome: string | undefined;

  beforeEach(async () => {
    fakeModalDialogs();
    outcome = undefined;
    popup = { opener: window, closed: false, location: { replace: vi.fn() }, close: vi.fn() };
    open = vi.spyOn(window, 'open').mockImplementation(() => popup as unknown as Window);
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: '**', children: [] }]),
        provideDialogs(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ user: { username: 'grace' } }),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    session = TestBed.inject(TestSession);
    await RouterTestingHarness.create('/page?tab=devices');
  });

  afterEach(async () => {
    session.end(null);
    await settle();
    expect(document.querySelector('vestibule-reauthentication-dialog')).toBeNull();
    http.verify();
    vi.restoreAllMocks();
  });

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.inject(ApplicationRef).tick();
    }
  }

  /** Sends the request. `body` is the first response to it. */
  async function runAction(
    body: object,
    response: { status: number; statusText: string } = FORBIDDEN,
  ): Promise<void> {
    firstValueFrom(TestBed.inject(HttpClient).post('/api/action', {})).then(
      () => (outcome = 'done'),
      (error: unknown) => (outcome = problemOf(error)?.code ?? 'failed'),
    );
    http.expectOne('/api/action').flush(body, response);
    // The dialog is loaded on first use.
    const settled = () => outcome !== undefined || document.querySelector('dialog');
    await vi.waitUntil(settled, { timeout: 20_000 });
    await settle();
  }

  async function respondToAction(body: object = {}, status = 200): Promise<void> {
    http.expectOne('/api/action').flush(body, { status, statusText: 'x' });
    await settle();
  }

  async function press(name: string): Promise<void> {
    button(name).click();
    await settle();
  }

  async function type(text: string): Promise<HTMLInputElement> {
    const field = dialog()!.querySelector<HTMLInputElement>('input:not([hidden])')!;
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settle();
    return field;
  }

  async function respondToReauthentication(body: object, status = 200): Promise<unknown> {
    const request = http.expectOne('/api/auth/reauthenticate');
    request.flush(body, { status, statusText: 'x' });
    await settle();
    return request.request.body;
  }

  async function offerProviders(): Promise<void> {
    const okta = { name: 'okta', label: 'Okta', kind: 'okta', available: true, loginUrl: '/x' };
    http.expectOne('/api/auth/providers').flush({ providers: [okta] });
    await settle();
  }

  /** Waits for the next question about the session, and answers it. */
  async function respondToSession(authenticatedAt: string | null): Promise<void> {
    const request = await vi.waitUntil(() => http.match('/api/auth/session')[0], {
      timeout: 5_000,
    });
    request.flush({ ...sessionView('signedIn'), authenticatedAt });
    await settle();
  }

  const alert = () => textOf(dialog()?.querySelector('[role=alert]'));

  it('is sent once if the server requires no proof', async () => {
    await runAction({}, { status: 200, statusText: 'OK' });
    expect(outcome).toBe('done');
    expect(dialog()).toBeNull();
  });

  it('fails with any other error of the server', async () => {
    await runAction({ code: 'last_way_in' }, { status: 409, statusText: 'Conflict' });
    expect(outcome).toBe('last_way_in');
  });

  it('asks for the password, with fields for password managers, and is then sent again', async () => {
    const apply = vi.spyOn(session, 'apply');
    await runAction(reauthenticationRequired('password'));
    const [name, field] = dialog()!.querySelectorAll('input');
    expect([name!.autocomplete, name!.value, name!.hidden]).toEqual(['username', 'grace', true]);
    expect([field!.autocomplete, field!.type]).toEqual(['current-password', 'password']);
    expect(textOf(field!.labels?.[0])).toBe('Password');
    expect(document.activeElement).toBe(field);
    expect(dialog()!.querySelectorAll('vestibule-reauthenticate-with-provider')).toHaveLength(0);
    await type('correct horse');
    await press('Continue');
    expect(await respondToReauthentication(SIGNED_IN)).toEqual({ password: 'correct horse' });
    expect(apply).toHaveBeenCalledTimes(1);
    expect(session.user()?.username).toBe('grace');
    expect(dialog()).toBeNull();
    await respondToAction();
    expect(outcome).toBe('done');
  });

  it('asks only for the code if the user has an authenticator app', async () => {
    await runAction(reauthenticationRequired('totp'));
    expect(dialog()!.querySelectorAll('input')).toHaveLength(1);
    expect(textOf(dialog())).toContain('authenticator app');
    await type('123 456');
    expect(await respondToReauthentication(SIGNED_IN)).toEqual({ code: '123456' });
    await respondToAction();
    expect(outcome).toBe('done');
  });

  it('has a code sent only after the user asked for it', async () => {
    await runAction(reauthenticationRequired('emailCode', 'recoveryCode'));
    expect(dialog()!.querySelectorAll('input')).toHaveLength(0);
    button('Cancel');
    await press('Send a code');
    const request = http.expectOne('/api/mfa/message/send');
    expect(request.request.body).toEqual({ channel: 'email' });
    request.flush({
      to: 'g…@corp.example',
      expiresAt: '2099-01-01T10:10:00.000Z',
      resendAt: '2020-01-01T10:01:00.000Z',
    });
    await settle();
    expect(textOf(dialog())).toContain('A code was sent to g…@corp.example.');
    const field = await type('1234 5678');
    expect(document.activeElement).toBe(field);
    expect(await respondToReauthentication(SIGNED_IN)).toEqual({ code: '12345678' });
    await respondToAction();
    expect(outcome).toBe('done');
  });

  it.each([
    ['password', 'wrong', 400, { code: 'password_wrong' }, 'password is wrong'],
    ['totp', '123456', 400, { code: 'code_invalid' }, 'code is wrong'],
  ])('reports a wrong %s in the dialog', async (method, text, status, body, sentence) => {
    await runAction(reauthenticationRequired(method));
    const field = await type(text);
    if (method === 'password') await press('Continue');
    await respondToReauthentication(body, status);
    expect(alert()).toContain(sentence);
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
    expect(outcome).toBeUndefined();
  });

  it.each(['password', 'totp'])(
    'shows the waiting time after too many attempts: %s',
    async (method) => {
      await runAction(reauthenticationRequired(method));
      await type('123456');
      if (method === 'password') await press('Continue');
      await respondToReauthentication({ code: 'too_many_attempts', retryAfter: 42 }, 429);
      expect(alert()).toContain('Try again in 42 sec.');
    },
  );

  it.each([
    ['password', 'Enter your password.'],
    ['totp', 'Enter the 6 digits of the code.'],
  ])('does not send an empty field: %s', async (method, sentence) => {
    await runAction(reauthenticationRequired(method));
    await press('Continue');
    expect(textOf(dialog())).toContain(sentence);
    expect(document.activeElement).toBe(dialog()!.querySelector('input:not([hidden])'));
  });

  it('offers the provider together with the password', async () => {
    await runAction(reauthenticationRequired('password', 'provider:okta'));
    http.expectOne('/api/auth/providers').flush('', { status: 500, statusText: 'x' });
    await settle();
    button('Continue with okta');
    button('Continue');
  });

  it('opens the provider in a window, and is sent again when the server reports the proof', async () => {
    await runAction(reauthenticationRequired('provider:okta', 'provider:corp'));
    await offerProviders();
    button('Continue with corp');
    await press('Continue with Okta');
    expect(open).toHaveBeenCalledExactlyOnceWith('about:blank', '_blank', expect.any(String));
    await respondToSession('2026-11-26T10:00:00.000Z');
    const request = http.expectOne('/api/auth/reauthenticate/okta');
    expect(request.request.body).toEqual({ returnTo: 'http://localhost:3000/signed-in' });
    request.flush({ redirect: 'https://okta.example/authorize?prompt=login' });
    await settle();
    expect(popup!.location.replace).toHaveBeenCalledExactlyOnceWith(
      'https://okta.example/authorize?prompt=login',
    );
    expect(popup!.opener).toBeNull();
    await respondToSession('2026-11-26T10:00:00.000Z');
    expect(dialog()).not.toBeNull();
    await respondToSession('2026-11-26T10:01:00.000Z');
    expect(dialog()).toBeNull();
    expect(popup!.close).toHaveBeenCalled();
    await respondToAction();
    expect(outcome).toBe('done');
  });

  it('offers a link if the browser blocks the window', async () => {
    popup = null;
    await runAction(reauthenticationRequired('provider:okta'));
    await offerProviders();
    await press('Continue with Okta');
    await respondToSession('2026-11-26T10:00:00.000Z');
    http.expectOne('/api/auth/reauthenticate/okta').flush({ redirect: 'https://okta.example/x' });
    await settle();
    const link = dialog()!.querySelector('a')!;
    expect([link.href, link.target, link.rel]).toEqual([
      'https://okta.example/x',
      '_blank',
      'noopener',
    ]);
    await respondToSession('2026-11-26T10:01:00.000Z');
    await respondToAction();
    expect(outcome).toBe('done');
  });

  it('closes the window if the provider cannot be reached', async () => {
    await runAction(reauthenticationRequired('provider:okta'));
    http.expectOne('/api/auth/providers').flush({ providers: [] });
    await settle();
    await press('Continue with okta');
    await respondToSession(null);
    http
      .expectOne('/api/auth/reauthenticate/okta')
      .flush(
        { code: 'provider_unavailable', retryAfter: 5 },
        { status: 503, statusText: 'Unavailable' },
      );
    await settle();
    expect(alert()).toContain('cannot be reached');
    expect(alert()).toContain('Try again in 5 sec.');
    expect(popup!.close).toHaveBeenCalled();
  });

  describe('of an API of the application (RFC 9470)', () => {
    const challenge = (more: string) => ({
      status: 401,
      statusText: 'Unauthorized',
      headers: {
        'WWW-Authenticate': `Bearer error="insufficient_user_authentication", error_description="too old", ${more}`,
      },
    });

    it('is sent again after the method of the user', async () => {
      await runAction({}, challenge('max_age="60"'));
      await type('correct horse');
      await press('Continue');
      expect(await respondToReauthentication(SIGNED_IN)).toEqual({ password: 'correct horse' });
      await respondToAction();
      expect(outcome).toBe('done');
    });

    it('asks a user with an authenticator app for the code', async () => {
      session.signIn({ mfaEnabled: true });
      await runAction({}, challenge('acr_values="urn:example:aal2 mfa"'));
      expect(textOf(dialog())).toContain('authenticator app');
    });

    it('opens no dialog for a second factor that the user does not have', async () => {
      await runAction({}, challenge('acr_values="mfa"'));
      expect(outcome).toBe('failed');
      expect(dialog()).toBeNull();
    });
  });

  it('is sent again without a second question if it was sent before the proof', async () => {
    const late = firstValueFrom(TestBed.inject(HttpClient).post('/api/late', {}));
    await runAction(reauthenticationRequired('password'));
    await type('correct horse');
    await press('Continue');
    await respondToReauthentication(SIGNED_IN);
    await respondToAction();
    http.expectOne('/api/late').flush(reauthenticationRequired('password'), FORBIDDEN);
    await settle();
    expect(dialog()).toBeNull();
    http.expectOne('/api/late').flush({ done: true });
    expect(await late).toEqual({ done: true });
  });

  it('shares the dialog with other requests', async () => {
    const other = firstValueFrom(TestBed.inject(HttpClient).post('/api/other', {}));
    http.expectOne('/api/other').flush(reauthenticationRequired('password'), FORBIDDEN);
    await runAction(reauthenticationRequired('password'));
    expect(document.querySelectorAll('dialog')).toHaveLength(1);
    await type('correct horse');
    await press('Continue');
    await respondToReauthentication(SIGNED_IN);
    await respondToAction();
    http.expectOne('/api/other').flush({ done: true });
    expect(await other).toEqual({ done: true });
  });

  describe('of a user with a passkey', () => {
    let fake: FakeAuthenticator;

    beforeEach(() => (fake = fakeAuthenticator()));
    afterEach(() => removeAuthenticator());

    it('is sent after the passkey', async () => {
      await runAction(reauthenticationRequired('passkey', 'totp'));
      http.expectNone('/api/mfa/passkey/options');
      await press('Use your passkey');
      http.expectOne('/api/mfa/passkey/options').flush(LOGIN_OPTIONS);
      await settle();
      expect(await respondToReauthentication(SIGNED_IN)).toEqual({
        passkey: { ceremony: 'ceremony-1', credential: ASSERTION },
      });
      await respondToAction();
      expect(outcome).toBe('done');
      expect(dialog()).toBeNull();
    });

    it('can be sent with another method after the user cancelled', async () => {
      fake.get.mockImplementation(() => refusal('NotAllowedError'));
      await runAction(reauthenticationRequired('passkey', 'totp'));
      await press('Use your passkey');
      http.expectOne('/api/mfa/passkey/options').flush(LOGIN_OPTIONS);
      await settle();
      expect(textOf(dialog())).toContain('No passkey was used');
      await press('Use the authenticator app');
      await type('123456');
      expect(await respondToReauthentication(SIGNED_IN)).toEqual({ code: '123456' });
      await respondToAction();
      expect(outcome).toBe('done');
    });

    it('says why the server refuses the passkey', async () => {
      await runAction(reauthenticationRequired('passkey'));
      await press('Use your passkey');
      http.expectOne('/api/mfa/passkey/options').flush(LOGIN_OPTIONS);
      await settle();
      await respondToReauthentication({ code: 'ceremony_over' }, 400);
      expect(alert()).toContain('Start again');
      await press('Cancel');
      expect(outcome).toBe('reauthentication_required');
    });
  });

  it.each([['passkey'], []])(
    'offers sign-out and sign-in for a method that it or the browser does not have: %j',
    async (...methods) => {
      const signOut = vi.spyOn(session, 'signOut');
      await runAction(reauthenticationRequired(...methods));
      await press('Sign out and sign in again');
      expect(signOut).toHaveBeenCalledExactlyOnceWith({ to: '/page?tab=devices' });
      expect(outcome).toBe('reauthentication_required');
    },
  );

  it('is not sent again when the user cancels with the button or with Escape', async () => {
    for (const cancel of [() => button('Cancel').click(), () => dialog()!.close()]) {
      await runAction(reauthenticationRequired('password'));
      cancel();
      await settle();
      expect(outcome).toBe('reauthentication_required');
      expect(document.querySelector('dialog')).toBeNull();
      outcome = undefined;
    }
  });

  it('is not sent again after a navigation', async () => {
    await runAction(reauthenticationRequired('password'));
    await router.navigateByUrl('/elsewhere');
    await settle();
    expect(outcome).toBe('reauthentication_required');
  });

  it('is not sent again after the session has ended', async () => {
    await runAction(reauthenticationRequired('password'));
    session.end('revoked');
    await settle();
    expect(outcome).toBe('reauthentication_required');
  });

  it('is not sent again when the user cancels before the response', async () => {
    const apply = vi.spyOn(session, 'apply');
    await runAction(reauthenticationRequired('password'));
    await type('correct horse');
    await press('Continue');
    await press('Cancel');
    await respondToReauthentication(SIGNED_IN);
    expect(apply).toHaveBeenCalledTimes(1);
    expect(outcome).toBe('reauthentication_required');
  });

  it('fails when the server requires a proof again', async () => {
    await runAction(reauthenticationRequired('password'));
    await type('correct horse');
    await press('Continue');
    await respondToReauthentication(SIGNED_IN);
    await respondToAction(reauthenticationRequired('password'), 403);
    expect(outcome).toBe('reauthentication_required');
  });
});
