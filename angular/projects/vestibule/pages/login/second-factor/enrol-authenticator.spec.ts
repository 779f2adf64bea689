import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { ServiceSettings } from '@vestibule/angular';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestSession, TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import {
  FORBIDDEN,
  button,
  dialog,
  fakeModalDialogs,
  provideDialogs,
  reauthenticationRequired,
} from '../../../spec/dialogs';
import {
  ATTESTATION,
  PASSKEY,
  REGISTRATION_OPTIONS,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
} from '../../../spec/passkeys';
import { EnrolAuthenticator } from './enrol-authenticator';

const ENROLMENT = {
  qr: 'data:image/svg+xml;base64,PHN2Zy8+',
  otpauthUri: 'otpauth://totp/Vestibule:ada?secret=JBSWY3DPEHPK3PXP',
  secret: 'JBSWY3DPEHPK3PXPJB',
  expiresAt: '2026-11-22T10:10:00.000Z',
};

describe('the enrolment page', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<unknown>;
  let page: HTMLElement;
  let session: TestSession;

  async function open(options: TestingOptions, url = '/mfa-setup'): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'mfa-setup', component: EnrolAuthenticator },
          { path: 'reports', children: [] },
          { path: '', pathMatch: 'full', children: [] },
        ]),
        provideDialogs(),
        provideHttpClientTesting(),
        provideVestibuleTesting(options),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(TestSession);
    const harness = await RouterTestingHarness.create(url);
    fixture = harness.fixture;
    page = harness.routeNativeElement!;
    document.body.append(fixture.nativeElement as HTMLElement);
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
  }

  async function press(name: string): Promise<void> {
    [...page.querySelectorAll('button')].find((each) => each.textContent.trim() === name)!.click();
    await settle();
  }

  async function start(over: Partial<typeof ENROLMENT> = {}): Promise<void> {
    await press('Set up');
    http.expectOne('/api/mfa/setup').flush({ ...ENROLMENT, ...over });
    await settle();
  }

  async function confirm(status: number, body: object): Promise<void> {
    const field = page.querySelector('input')!;
    field.value = '123456';
    field.dispatchEvent(new Event('input'));
    await settle();
    http.expectOne('/api/mfa/verify').flush(body, { status, statusText: 'x' });
    await settle();
  }

  const alert = () => page.querySelector('[role=alert]')?.textContent ?? '';

  afterEach(() => (fixture.nativeElement as HTMLElement).remove());

  it('sends no request before the user starts the enrolment', async () => {
    await open({ user: {} });
    http.expectNone('/api/mfa/setup');
    expect(page.querySelector('h1')?.textContent).toContain('Set up an authenticator app');
  });

  it('shows the key as QR code, as link, and as text in groups of four', async () => {
    await open({ user: {} });
    await start();
    expect(page.querySelector('img')?.src).toBe(ENROLMENT.qr);
    expect(page.querySelector('img')?.alt).toContain('QR code');
    expect(page.querySelector('a')?.getAttribute('href')).toBe(ENROLMENT.otpauthUri);
    expect(page.querySelector('code')?.textContent).toBe('JBSW Y3DP EHPK 3PXP JB');
    expect(document.activeElement).toBe(page.querySelector('h2'));
  });

  it('rejects a QR code and a link of another URL scheme', async () => {
    await open({ user: {} });
    await start({ qr: 'https://evil.example/x.svg', otpauthUri: 'javascript:alert(1)' });
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('a')).toBeNull();
  });

  it('copies the key and reports it', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    await open({ user: {} });
    await start();
    await press('Copy key');
    expect(writeText).toHaveBeenCalledWith(ENROLMENT.secret);
    expect(page.querySelector('vestibule-copy-button [role=status]')?.textContent).toBe('Copied');
  });

  it('finishes after the right code and continues to the return path', async () => {
    await open({ state: 'awaitingEnrolment' }, '/mfa-setup?returnTo=%2Freports');
    await start();
    await confirm(200, { mfaEnabled: true, session: { state: 'signedIn' } });
    expect(session.signedIn()).toBe(true);
    expect(page.querySelector('h1')?.textContent).toBe('Your authenticator app is set up');
    await press('Continue');
    expect(TestBed.inject(Router).url).toBe('/reports');
  });

  it('sends the name of the app', async () => {
    await open({ user: { mfaEnabled: true } });
    expect(page.querySelector('h1')?.textContent).toBe('Add an authenticator app');
    page.querySelector('input')!.value = ' Phone ';
    await press('Set up');
    expect(http.expectOne('/api/mfa/setup').request.body).toEqual({ name: 'Phone' });
  });

  it('shows the recovery codes of the first app once, and continues after they are saved', async () => {
    await open({ state: 'awaitingEnrolment' }, '/mfa-setup?returnTo=%2Freports');
    await start();
    await confirm(200, {
      mfaEnabled: true,
      session: { state: 'signedIn' },
      recoveryCodes: ['aaaaa-bbbbb-cccc'],
    });
    expect(page.querySelector('vestibule-recovery-codes code')?.textContent).toBe(
      'aaaaa-bbbbb-cccc',
    );
    await press('Continue');
    expect(TestBed.inject(Router).url).toBe('/mfa-setup?returnTo=%2Freports');
    page.querySelector<HTMLInputElement>('[name=saved]')!.click();
    await press('Continue');
    expect(TestBed.inject(Router).url).toBe('/reports');
  });

  it.each([
    [120, 'The clock on your phone is 2 minutes ahead.'],
    [-60, 'The clock on your phone is one minute behind.'],
    [7_200, 'The clock on your phone is 120 minutes ahead.'],
  ])('says by how much a clock that is %s s off is wrong', async (clockSkewSeconds, sentence) => {
    await open({ user: {} });
    await start();
    await confirm(400, { code: 'code_invalid', clockSkewSeconds });
    expect(alert()).toContain(sentence);
    expect(alert()).not.toContain('This code is wrong');
    await confirm(400, { code: 'code_invalid' });
    expect(alert()).toContain('This code is wrong');
    expect(alert()).not.toContain('clock');
  });

  it('does not continue to another origin', async () => {
    await open({ user: {} }, '/mfa-setup?returnTo=%2F%2Fevil.example');
    await press('Cancel');
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('reports a wrong code and keeps the key visible', async () => {
    await open({ user: {} });
    await start();
    await confirm(400, { code: 'code_invalid' });
    expect(alert()).toContain('This code is wrong');
    expect(page.querySelector('code')).not.toBeNull();
  });

  it('starts again when the enrolment has expired on the server', async () => {
    await open({ user: {} });
    await start();
    await confirm(409, { code: 'no_pending_enrolment' });
    expect(alert()).toContain('This setup has expired');
    expect(page.querySelector('code')).toBeNull();
  });

  it('asks for re-authentication if the server requires it and then continues', async () => {
    fakeModalDialogs();
    await open({ user: { mfaEnabled: true } });
    await press('Set up');
    http.expectOne('/api/mfa/setup').flush(reauthenticationRequired('totp'), FORBIDDEN);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    const field = dialog()!.querySelector('input')!;
    field.value = '123456';
    field.dispatchEvent(new Event('input'));
    await settle();
    http.expectOne('/api/auth/reauthenticate').flush({ session: { state: 'signedIn' } });
    await settle();
    http.expectOne('/api/mfa/setup').flush(ENROLMENT);
    await settle();
    expect(dialog()).toBeNull();
    expect(page.querySelector('code')).not.toBeNull();
  });

  it('changes nothing when the user cancels the re-authentication', async () => {
    fakeModalDialogs();
    await open({ user: {} });
    await press('Set up');
    http.expectOne('/api/mfa/setup').flush(reauthenticationRequired('password'), FORBIDDEN);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    button('Cancel').click();
    await settle();
    expect(alert()).toBe('');
    expect(page.querySelector('code')).toBeNull();
  });

  describe('with codes by message', () => {
    const methods = (...names: string[]) => session.methods.set(names);

    async function offer(messageCodes: string[]): Promise<void> {
      await open({ state: 'awaitingEnrolment' }, '/mfa-setup?returnTo=%2Freports');
      http
        .match('/api/auth/providers')
        .forEach((request) => request.flush({ providers: [], messageCodes }));
      await settle();
    }

    async function finish(): Promise<void> {
      await press('Use a code by email');
      await press('Send a code');
      http.expectOne('/api/account/message-codes').flush({
        to: 'a…@corp.example',
        expiresAt: '2099-01-01T10:10:00.000Z',
        resendAt: '2020-01-01T10:01:00.000Z',
      });
      await settle();
      const field = page.querySelector<HTMLInputElement>('[name=code]')!;
      field.value = '12345678';
      field.dispatchEvent(new Event('input'));
      await settle();
    }

    async function confirmed(state: string): Promise<void> {
      http
        .expectOne('/api/account/message-codes/confirm')
        .flush({ session: { state }, recoveryCodes: ['aaaaa-bbbbb-cccc'] });
      await settle();
    }

    const message = () => page.querySelector('vestibule-enrol-by-message')?.textContent ?? '';

    it('offers none that the service does not send', async () => {
      await offer([]);
      expect(message().trim()).toBe('');
    });

    it('offers them last, with the reason to prefer the others', async () => {
      await offer(['email', 'sms']);
      const names = [...page.querySelectorAll('button')].map((each) => each.textContent.trim());
      expect(names).toEqual(['Set up', 'Cancel', 'Use a code by email', 'Use a code by SMS']);
      expect(message()).toContain('less safe than a passkey');
    });

    it('offers none to a user who is signed in: the account page does', async () => {
      await open({ user: {} });
      http.expectNone('/api/auth/providers');
      expect(page.querySelector('vestibule-enrol-by-message')).toBeNull();
    });

    it('finishes with a code, and shows the recovery codes', async () => {
      await offer(['email']);
      await finish();
      await confirmed('signedIn');
      expect(page.querySelector('h1')?.textContent.trim()).toBe('Codes by message are set up');
      page.querySelector<HTMLInputElement>('[name=saved]')!.click();
      await press('Continue');
      expect(TestBed.inject(Router).url).toBe('/reports');
    });

    it('asks an administrator for an app or a passkey after that', async () => {
      await offer(['email']);
      await finish();
      methods('emailCode', 'recoveryCode');
      await confirmed('awaitingEnrolment');
      page.querySelector<HTMLInputElement>('[name=saved]')!.click();
      await press('Continue');
      expect(TestBed.inject(Router).url).toBe('/mfa-setup?returnTo=%2Freports');
      expect(page.querySelector('.notice')?.textContent).toContain(
        'Add an authenticator app or a passkey.',
      );
      expect(page.querySelector('vestibule-enrol-by-message')).toBeNull();
      expect(page.querySelector('h1')?.textContent).toContain('Set up an authenticator app');
    });
  });

  it('signs the user out when a required enrolment is cancelled', async () => {
    await open({ state: 'awaitingEnrolment' });
    expect(page.textContent).toContain('Your account requires a second factor');
    const signOut = vi.spyOn(session, 'signOut');
    await press('Cancel');
    expect(signOut).toHaveBeenCalledTimes(1);
    expect(TestBed.inject(Router).url).toBe('/mfa-setup');
  });

  it('shows the recovery codes before the step that the sign-in still awaits', async () => {
    await open({ state: 'awaitingEnrolment' });
    await start();
    await confirm(200, {
      mfaEnabled: true,
      session: { state: 'awaitingPasswordChange' },
      recoveryCodes: ['aaaaa-bbbbb-cccc'],
    });
    expect(session.state()).toBe('awaitingEnrolment');
    page.querySelector<HTMLInputElement>('[name=saved]')!.click();
    await press('Continue');
    expect(session.state()).toBe('awaitingPasswordChange');
  });

  describe('with passkeys', () => {
    afterEach(() => removeAuthenticator());

    async function openWithPasskeys(options: TestingOptions): Promise<void> {
      fakeAuthenticator();
      await open(options, '/mfa-setup?returnTo=%2Freports');
      TestBed.inject(ServiceSettings).apply({ passkeys: true });
      await settle();
    }

    async function respond(url: string, body: object, status = 200): Promise<unknown> {
      const found = http.expectOne(url);
      found.flush(body, { status, statusText: 'x' });
      await settle();
      await settle();
      return found.request.body;
    }

    it('offers a passkey or an app as the first factor', async () => {
      await openWithPasskeys({ state: 'awaitingEnrolment' });
      expect(page.querySelector('h1')?.textContent).toBe('Set up a second factor');
      expect([...page.querySelectorAll('h2')].map((each) => each.textContent)).toEqual([
        'Passkey',
        'Authenticator app',
      ]);
      await start();
      expect(page.querySelector('h1')?.textContent).toBe('Set up an authenticator app');
    });

    it('creates a passkey, shows the recovery codes and continues', async () => {
      await openWithPasskeys({ state: 'awaitingEnrolment' });
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', REGISTRATION_OPTIONS);
      const body = await respond('/api/account/passkeys', {
        passkey: PASSKEY,
        needPasswordChange: false,
        recoveryCodes: ['aaaaa-bbbbb-cccc'],
        session: { state: 'signedIn' },
      });
      expect(body).toEqual({ ceremony: 'ceremony-2', credential: ATTESTATION });
      expect(page.querySelector('h1')?.textContent).toBe('Your passkey is set up');
      expect(document.activeElement).toBe(page.querySelector('h1'));
      page.querySelector<HTMLInputElement>('[name=saved]')!.click();
      await press('Continue');
      expect(TestBed.inject(Router).url).toBe('/reports');
    });

    it('keeps the choice if the user cancels, and says what the organisation does not allow', async () => {
      await openWithPasskeys({ state: 'awaitingEnrolment' });
      vi.mocked(navigator.credentials.create).mockImplementationOnce(() =>
        refusal('NotAllowedError'),
      );
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', REGISTRATION_OPTIONS);
      expect(alert()).toBe('');
      expect(page.textContent).toContain('No passkey was used');
      await press('Create a passkey');
      await respond('/api/account/passkeys/options', REGISTRATION_OPTIONS);
      await respond('/api/account/passkeys', { code: 'passkey_not_allowed' }, 400);
      expect(alert()).toContain('does not allow this kind of passkey');
    });

    it('offers only an app to a user who has a second factor', async () => {
      await openWithPasskeys({ user: { mfaEnabled: true } });
      expect(page.querySelector('h1')?.textContent).toBe('Add an authenticator app');
      expect(page.textContent).not.toContain('Create a passkey');
    });
  });
});
