import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { PageSettings, ServiceSettings } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, dialog, fakeModalDialogs, textOf } from '../../spec/dialogs';
import {
  ASSERTION,
  ATTESTATION,
  FakeAuthenticator,
  LOGIN_OPTIONS,
  PASSKEY,
  REGISTRATION_OPTIONS,
  credential,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
} from '../../spec/passkeys';
import { SignIn } from './sign-in';

const PASSKEY_BUTTON = 'Sign in with a passkey';
const SIGNED_IN = {
  state: 'signedIn',
  method: 'password',
  methods: [],
  account: { username: 'ada', displayName: null },
};

describe('a passkey on the sign-in page', () => {
  let http: HttpTestingController;
  let page: HTMLElement;
  let harness: RouterTestingHarness;
  let session: TestSession;

  beforeEach(() => {
    localStorage.clear();
    fakeModalDialogs();
  });

  afterEach(async () => {
    // The page is destroyed, and stops its requests to the browser.
    await harness.navigateByUrl('/left');
    (harness.fixture.nativeElement as HTMLElement).remove();
    removeAuthenticator();
  });

  async function open(settings: Partial<PageSettings> = {}): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'login', component: SignIn },
          { path: '**', children: [] },
        ]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(TestSession);
    TestBed.inject(ServiceSettings).apply({ passkeys: true, passwords: true, ...settings });
    harness = await RouterTestingHarness.create('/login');
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    page = harness.routeNativeElement!;
    await settle();
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    }
  }

  const buttons = () => [...page.querySelectorAll('button')].map(textOf);
  const request = (url: string): Promise<TestRequest> =>
    vi.waitUntil(() => http.match(url)[0], { timeout: 20_000 });

  async function press(name = PASSKEY_BUTTON): Promise<void> {
    button(name).click();
    await settle();
  }

  async function respond(url: string, body: object, status = 200): Promise<unknown> {
    const found = await request(url);
    found.flush(body, { status, statusText: 'x' });
    await settle();
    return found.request.body;
  }

  async function signInWithPassword(): Promise<void> {
    // The offer is loaded with the code for passkeys.
    await request('/api/auth/passkey/options');
    for (const [name, value] of [
      ['username', 'ada'],
      ['password', 'correct horse'],
    ] as const) {
      page.querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value;
    }
    page.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await settle();
    await respond('/api/auth/login', { session: SIGNED_IN });
    await vi.waitUntil(() => dialog() ?? session.signedIn(), { timeout: 20_000 });
    await settle();
  }

  it('is not offered by a browser or a service that has none', async () => {
    await open();
    expect(buttons()).not.toContain(PASSKEY_BUTTON);
    http.expectNone('/api/auth/passkey/options');
  });

  it('is not offered if the operator has turned passkeys off', async () => {
    fakeAuthenticator();
    await open({ passkeys: false });
    expect(buttons()).not.toContain(PASSKEY_BUTTON);
  });

  it('signs in without a user name and a password', async () => {
    const fake = fakeAuthenticator();
    await open({ remember: 2_592_000 });
    page.querySelector<HTMLInputElement>('[name=remember]')!.click();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    expect(fake.get).toHaveBeenCalledExactlyOnceWith({ publicKey: LOGIN_OPTIONS.publicKey });
    expect(textOf(page.querySelector('[role=status] p'))).toContain('Follow the steps');
    const body = await respond('/api/auth/passkey/login', {
      needEnrolment: false,
      session: SIGNED_IN,
    });
    expect(body).toEqual({ ceremony: 'ceremony-1', credential: ASSERTION, remember: true });
    expect(session.signedIn()).toBe(true);
    expect(dialog()).toBeNull();
  });

  it('leads to the enrolment that is required', async () => {
    fakeAuthenticator();
    await open();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    await respond('/api/auth/passkey/login', {
      needEnrolment: true,
      session: { state: 'awaitingEnrolment' },
    });
    expect(session.state()).toBe('awaitingEnrolment');
  });

  it('that is cancelled is no error', async () => {
    const fake = fakeAuthenticator();
    fake.get.mockImplementation(() => refusal('NotAllowedError'));
    await open();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    expect(page.querySelector('[role=alert]')).toBeNull();
    expect(textOf(page.querySelector('[role=status] p'))).toContain('No passkey was used');
    http.expectNone('/api/auth/passkey/login');
  });

  it.each([
    ['SecurityError', 'do not work at this address'],
    ['NotSupportedError', 'cannot use passkeys here'],
    ['UnknownError', 'could not be used'],
  ])('that fails with %s says why', async (name, sentence) => {
    const fake = fakeAuthenticator();
    fake.get.mockImplementation(() => refusal(name));
    await open();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    expect(textOf(page.querySelector('[role=alert]'))).toContain(sentence);
  });

  it('that was removed from the account is reported to the password manager', async () => {
    const fake = fakeAuthenticator();
    await open();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    await respond('/api/auth/passkey/login', { code: 'passkey_unknown' }, 401);
    expect(fake.unknown).toHaveBeenCalledExactlyOnceWith({
      rpId: 'localhost',
      credentialId: 'key-1',
    });
    expect(textOf(page.querySelector('[role=alert]'))).toContain('was removed from the account');
  });

  it('that is refused says so, and signals nothing', async () => {
    const fake = fakeAuthenticator();
    await open();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    await respond('/api/auth/passkey/login', { code: 'passkey_refused' }, 401);
    expect(fake.unknown).not.toHaveBeenCalled();
    expect(textOf(page.querySelector('[role=alert]'))).toContain('was refused');
  });

  it('is offered in the list of the user-name field after the first view', async () => {
    const fake = fakeAuthenticator({ autofill: true });
    await open();
    http.expectNone('/api/auth/passkey/options');
    fake.get.mockImplementationOnce(() => credential(ASSERTION));
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    expect(fake.get.mock.lastCall![0]).toMatchObject({ mediation: 'conditional' });
    await respond('/api/auth/passkey/login', { needEnrolment: false, session: SIGNED_IN });
    expect(session.signedIn()).toBe(true);
  });

  it('stops the list before the button asks, and offers it again after a failure', async () => {
    const fake = fakeAuthenticator({ autofill: true });
    await open();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    const { signal } = fake.get.mock.lastCall![0] as { signal: AbortSignal };
    fake.get.mockImplementationOnce(() => refusal('NotAllowedError'));
    await press();
    expect(signal.aborted).toBe(true);
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    expect(fake.get.mock.lastCall![0]).toMatchObject({ mediation: 'conditional' });
  });

  it('is the only method beside providers of a service without passwords', async () => {
    fakeAuthenticator({ autofill: true });
    await open({ passwords: false, mail: true, remember: 2_592_000 });
    expect(page.querySelector('form')).toBeNull();
    expect(page.textContent).not.toContain('Forgot');
    const remember = () => page.querySelector<HTMLInputElement>('[name=remember]');
    await vi.waitUntil(remember, { timeout: 20_000 });
    remember()!.click();
    await press();
    await respond('/api/auth/passkey/options', LOGIN_OPTIONS);
    const { request: login } = await request('/api/auth/passkey/login');
    expect(login.body).toMatchObject({ remember: true });
  });

  it('that the browser cannot use is explained if there is no password', async () => {
    await open({ passwords: false });
    await vi.waitUntil(() => page.textContent.includes('cannot use passkeys'), { timeout: 20_000 });
    expect(buttons()).not.toContain(PASSKEY_BUTTON);
  });

  describe('after a sign-in with the password', () => {
    let fake: FakeAuthenticator;

    beforeEach(async () => {
      fake = fakeAuthenticator({ autofill: true, platform: true });
      await open();
      await signInWithPassword();
    });

    it('is offered, and declined for this device', async () => {
      expect(textOf(dialog()?.querySelector('h2'))).toBe('Sign in faster next time');
      expect(session.signedIn()).toBe(false);
      await press('Not now');
      expect(session.signedIn()).toBe(true);
      expect(dialog()).toBeNull();
      expect(localStorage.getItem('vestibule.declined-passkey')).toMatch(/^\{"[\da-f]{16}":\d+\}$/);
    });

    it('is created, with the recovery codes before the page continues', async () => {
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', REGISTRATION_OPTIONS);
      const body = await respond('/api/account/passkeys', {
        passkey: PASSKEY,
        recoveryCodes: ['a-b', 'c-d'],
        session: SIGNED_IN,
      });
      expect(body).toEqual({ ceremony: 'ceremony-2', credential: ATTESTATION });
      expect([...dialog()!.querySelectorAll('code')].map(textOf)).toEqual(['a-b', 'c-d']);
      expect(textOf(dialog()!.querySelector('.vestibule-sheet-title'))).toContain('ada');
      expect(session.signedIn()).toBe(false);
      dialog()!.querySelector<HTMLInputElement>('[name=saved]')!.click();
      await press('Continue');
      expect(session.signedIn()).toBe(true);
      expect(localStorage.getItem('vestibule.declined-passkey')).toBeNull();
    });

    it('that is cancelled keeps the offer, and a failure never blocks the sign-in', async () => {
      fake.create.mockImplementationOnce(() => refusal('NotAllowedError'));
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', REGISTRATION_OPTIONS);
      expect(textOf(dialog())).toContain('No passkey was used');
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', { code: 'store_unavailable' }, 503);
      expect(textOf(dialog()!.querySelector('[role=alert]'))).toContain('temporarily unavailable');
      await press('Not now');
      expect(session.signedIn()).toBe(true);
    });
  });

  it('is not offered again to a user who has one or has declined', async () => {
    fakeAuthenticator({ autofill: true, platform: true });
    await open();
    await signInWithPassword();
    await press('Not now');
    session.end(null);
    await harness.navigateByUrl('/left');
    await harness.navigateByUrl('/login');
    page = harness.routeNativeElement!;
    await settle();
    await signInWithPassword();
    expect(dialog()).toBeNull();
    expect(session.signedIn()).toBe(true);
  });

  it('is not offered on a device that cannot create one', async () => {
    fakeAuthenticator({ autofill: true, platform: false });
    await open();
    await signInWithPassword();
    expect(dialog()).toBeNull();
  });
});
