import { HttpClient, provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ApplicationRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { firstValueFrom } from 'rxjs';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import {
  WANTS_PROOF,
  button,
  dialog,
  fakeModalDialogs,
  wantsProof,
  words,
} from '../../../../spec/dialogs';
import { ExternalNavigation } from '../../ui/external-navigation';
import { Reauthenticator } from './reauthenticator';

const SIGNED_IN = { session: { state: 'signedIn' } };

describe('a step that wants a fresh proof', () => {
  let http: HttpTestingController;
  let router: Router;
  let session: TestSession;
  let externalNavigate: ReturnType<typeof vi.fn>;
  let outcome: boolean | 'failed' | undefined;

  beforeEach(async () => {
    fakeModalDialogs();
    externalNavigate = vi.fn();
    outcome = undefined;
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: '**', children: [] }]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ user: { username: 'grace' } }),
        { provide: ExternalNavigation, useValue: { go: externalNavigate } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    session = TestBed.inject(TestSession);
    await RouterTestingHarness.create('/here?tab=devices');
  });

  afterEach(async () => {
    session.end(null);
    await settle();
    expect(document.querySelector('app-reauthentication-dialog')).toBeNull();
    http.verify();
  });

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.inject(ApplicationRef).tick();
    }
  }

  /** Begins the step, whose first try the server answers. */
  async function begin(body: object, answer = WANTS_PROOF): Promise<void> {
    const step = async () => {
      await firstValueFrom(TestBed.inject(HttpClient).post('/api/step', {}));
    };
    TestBed.inject(Reauthenticator)
      .run(step, { begun: 'a thing' })
      .then(
        (done) => (outcome = done),
        () => (outcome = 'failed'),
      );
    http.expectOne('/api/step').flush(body, answer);
    // The dialog is loaded when it is needed.
    const over = () => outcome !== undefined || document.querySelector('dialog');
    await vi.waitUntil(over, { timeout: 20_000 });
    await settle();
  }

  async function answerStep(body: object = {}, status = 200): Promise<void> {
    http.expectOne('/api/step').flush(body, { status, statusText: 'x' });
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

  async function answerProof(body: object, status = 200): Promise<unknown> {
    const request = http.expectOne('/api/auth/reauthenticate');
    request.flush(body, { status, statusText: 'x' });
    await settle();
    return request.request.body;
  }

  const alert = () => words(dialog()?.querySelector('[role=alert]'));

  it('is taken as it is where the server wants none', async () => {
    await begin({}, { status: 200, statusText: 'OK' });
    expect(outcome).toBe(true);
    expect(dialog()).toBeNull();
  });

  it('fails as it does where the server says something else', async () => {
    await begin({ code: 'last_way_in' }, { status: 409, statusText: 'Conflict' });
    expect(outcome).toBe('failed');
  });

  it('asks for the password, with what a password manager looks for, and goes on by itself', async () => {
    const apply = vi.spyOn(session, 'apply');
    await begin(wantsProof('password'));
    const [name, field] = dialog()!.querySelectorAll('input');
    expect([name!.autocomplete, name!.value, name!.hidden]).toEqual(['username', 'grace', true]);
    expect([field!.autocomplete, field!.type]).toEqual(['current-password', 'password']);
    expect(words(field!.labels?.[0])).toBe('Password');
    expect(document.activeElement).toBe(field);
    expect(dialog()!.querySelectorAll('app-reauthenticate-with-provider')).toHaveLength(0);
    await type('correct horse');
    await press('Continue');
    expect(await answerProof(SIGNED_IN)).toEqual({ password: 'correct horse' });
    expect(apply).toHaveBeenCalledTimes(1);
    expect(session.user()?.username).toBe('grace');
    expect(dialog()).toBeNull();
    await answerStep();
    expect(outcome).toBe(true);
  });

  it('asks for the code alone where there is an authenticator app', async () => {
    await begin(wantsProof('totp'));
    expect(dialog()!.querySelectorAll('input')).toHaveLength(1);
    expect(words(dialog())).toContain('authenticator app');
    await type('123 456');
    expect(await answerProof(SIGNED_IN)).toEqual({ code: '123456' });
    await answerStep();
    expect(outcome).toBe(true);
  });

  it.each([
    ['password', 'wrong', 400, { code: 'password_wrong' }, 'password is not right'],
    ['totp', '123456', 400, { code: 'code_invalid' }, 'code is not right'],
  ])('says in place that it was wrong: %s', async (method, text, status, body, sentence) => {
    await begin(wantsProof(method));
    const field = await type(text);
    if (method === 'password') await press('Continue');
    await answerProof(body, status);
    expect(alert()).toContain(sentence);
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
    expect(outcome).toBeUndefined();
  });

  it.each(['password', 'totp'])('says how long to wait: %s', async (method) => {
    await begin(wantsProof(method));
    await type('123456');
    if (method === 'password') await press('Continue');
    await answerProof({ code: 'too_many_attempts', retryAfter: 42 }, 429);
    expect(alert()).toContain('Try again in 42 s.');
  });

  it.each([
    ['password', 'Enter your password.'],
    ['totp', 'Enter the 6 digits of the code.'],
  ])('sends nothing empty: %s', async (method, sentence) => {
    await begin(wantsProof(method));
    await press('Continue');
    expect(words(dialog())).toContain(sentence);
    expect(document.activeElement).toBe(dialog()!.querySelector('input:not([hidden])'));
  });

  it('goes to the provider, which leads back to here with a mark', async () => {
    await begin(wantsProof('provider:okta', 'provider:corp'));
    const okta = { name: 'okta', label: 'Okta', kind: 'okta', available: true, loginUrl: '/x' };
    http.expectOne('/api/auth/providers').flush({ providers: [okta] });
    await settle();
    button('Continue with corp');
    await press('Continue with Okta');
    const request = http.expectOne('/api/auth/reauthenticate/okta');
    expect(request.request.body).toEqual({
      returnTo: '/here?tab=devices&begun=a%20thing&reauthenticated=1',
    });
    request.flush({ redirect: 'https://okta.example/authorize?prompt=login' });
    await settle();
    expect(externalNavigate).toHaveBeenCalledExactlyOnceWith(
      'https://okta.example/authorize?prompt=login',
    );
    expect(outcome).toBeUndefined();
  });

  it('offers the provider beside the password', async () => {
    await begin(wantsProof('password', 'provider:okta'));
    http.expectOne('/api/auth/providers').flush('', { status: 500, statusText: 'x' });
    await settle();
    button('Continue with okta');
    button('Continue');
  });

  it('stays where the provider cannot be reached', async () => {
    await begin(wantsProof('provider:okta'));
    http.expectOne('/api/auth/providers').flush({ providers: [] });
    await settle();
    await press('Continue with okta');
    http
      .expectOne('/api/auth/reauthenticate/okta')
      .flush(
        { code: 'provider_unavailable', retryAfter: 5 },
        { status: 503, statusText: 'Unavailable' },
      );
    await settle();
    expect(alert()).toContain('cannot be reached right now');
    expect(alert()).toContain('Try again in 5 s.');
    expect(externalNavigate).not.toHaveBeenCalled();
  });

  it.each([['passkey'], []])(
    'leads through a new sign-in for what it does not know: %j',
    async (...methods) => {
      const signOut = vi.spyOn(session, 'signOut');
      await begin(wantsProof(...methods));
      await press('Sign out and in again');
      expect(signOut).toHaveBeenCalledExactlyOnceWith('/here?tab=devices');
      expect(outcome).toBe(false);
    },
  );

  it('is not taken when the person gives up, by the button or by Escape', async () => {
    for (const giveUp of [() => button('Cancel').click(), () => dialog()!.close()]) {
      await begin(wantsProof('password'));
      giveUp();
      await settle();
      expect(outcome).toBe(false);
      expect(document.querySelector('dialog')).toBeNull();
      outcome = undefined;
    }
  });

  it('is not taken when they go to another page', async () => {
    await begin(wantsProof('password'));
    await router.navigateByUrl('/elsewhere');
    await settle();
    expect(outcome).toBe(false);
  });

  it('is not taken when the session ends meanwhile', async () => {
    await begin(wantsProof('password'));
    session.end('revoked');
    await settle();
    expect(outcome).toBe(false);
  });

  it('that was given up while the proof was under way does not come back', async () => {
    const apply = vi.spyOn(session, 'apply');
    await begin(wantsProof('password'));
    await type('correct horse');
    await press('Continue');
    await press('Cancel');
    await answerProof(SIGNED_IN);
    expect(apply).toHaveBeenCalledTimes(1);
    expect(outcome).toBe(false);
  });

  it('fails when the proof was not enough', async () => {
    await begin(wantsProof('password'));
    await type('correct horse');
    await press('Continue');
    await answerProof(SIGNED_IN);
    await answerStep(wantsProof('password'), 403);
    expect(outcome).toBe('failed');
  });

  it('says after the way through a provider that it can go on, and tidies the address', async () => {
    const navigate = vi.spyOn(router, 'navigateByUrl');
    TestBed.inject(Reauthenticator).announceReturn();
    expect(navigate).not.toHaveBeenCalled();
    await router.navigateByUrl('/here?tab=devices&reauthenticated=1');
    TestBed.inject(Reauthenticator).announceReturn();
    await settle();
    expect(router.url).toBe('/here?tab=devices');
    expect(navigate).toHaveBeenLastCalledWith('/here?tab=devices', {
      replaceUrl: true,
      state: { said: 'Confirmed. Go on with what you have begun.' },
    });
  });
});
