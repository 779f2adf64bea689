import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestSession, TestingOptions, provideVestibuleTesting } from 'vestibule/testing';
import {
  WANTS_PROOF,
  button,
  dialog,
  fakeModalDialogs,
  wantsProof,
} from '../../../../spec/dialogs';
import { EnrolAuthenticator } from './enrol-authenticator';

const ENROLMENT = {
  qr: 'data:image/svg+xml;base64,PHN2Zy8+',
  otpauthUri: 'otpauth://totp/Vestibule:ada?secret=JBSWY3DPEHPK3PXP',
  secret: 'JBSWY3DPEHPK3PXPJB',
  expiresAt: '2026-11-22T10:10:00.000Z',
};

describe('setting up an authenticator app', () => {
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
        provideHttpClient(),
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

  async function setUp(over: Partial<typeof ENROLMENT> = {}): Promise<void> {
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

  it('asks the server for nothing before it is asked to', async () => {
    await open({ user: {} });
    http.expectNone('/api/mfa/setup');
    expect(page.querySelector('h1')?.textContent).toContain('Set up an authenticator app');
  });

  it('hands over the key as a picture, a link, and a text in fours', async () => {
    await open({ user: {} });
    await setUp();
    expect(page.querySelector('img')?.src).toBe(ENROLMENT.qr);
    expect(page.querySelector('img')?.alt).toContain('QR code');
    expect(page.querySelector('a')?.getAttribute('href')).toBe(ENROLMENT.otpauthUri);
    expect(page.querySelector('code')?.textContent).toBe('JBSW Y3DP EHPK 3PXP JB');
    expect(document.activeElement).toBe(page.querySelector('h2'));
  });

  it('shows no picture and no link that are something else', async () => {
    await open({ user: {} });
    await setUp({ qr: 'https://evil.example/x.svg', otpauthUri: 'javascript:alert(1)' });
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('a')).toBeNull();
  });

  it('copies the key, and says so', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    await open({ user: {} });
    await setUp();
    await press('Copy key');
    expect(writeText).toHaveBeenCalledWith(ENROLMENT.secret);
    expect(page.querySelector('app-copy-button [role=status]')?.textContent).toBe('Copied');
  });

  it('is done when a code has confirmed it, and leads on', async () => {
    await open({ state: 'awaitingEnrolment' }, '/mfa-setup?returnTo=%2Freports');
    await setUp();
    await confirm(200, { mfaEnabled: true, session: { state: 'signedIn' } });
    expect(session.signedIn()).toBe(true);
    expect(page.querySelector('h1')?.textContent).toBe('Your authenticator app is set up');
    await press('Continue');
    expect(TestBed.inject(Router).url).toBe('/reports');
  });

  it('leads to no other site', async () => {
    await open({ user: {} }, '/mfa-setup?returnTo=%2F%2Fevil.example');
    await press('Cancel');
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('says that a code was wrong, and keeps the key in sight', async () => {
    await open({ user: {} });
    await setUp();
    await confirm(400, { code: 'code_invalid' });
    expect(alert()).toContain('This code is not right');
    expect(page.querySelector('code')).not.toBeNull();
  });

  it('starts over when the server has forgotten the set-up', async () => {
    await open({ user: {} });
    await setUp();
    await confirm(409, { code: 'no_pending_enrolment' });
    expect(alert()).toContain('This set-up has expired');
    expect(page.querySelector('code')).toBeNull();
  });

  it('asks for a proof where the sign-in is too long ago, and goes on with it', async () => {
    fakeModalDialogs();
    await open({ user: { mfaEnabled: true } });
    await press('Set up');
    http.expectOne('/api/mfa/setup').flush(wantsProof('totp'), WANTS_PROOF);
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

  it('changes nothing when the proof is not given', async () => {
    fakeModalDialogs();
    await open({ user: {} });
    await press('Set up');
    http.expectOne('/api/mfa/setup').flush(wantsProof('password'), WANTS_PROOF);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    button('Cancel').click();
    await settle();
    expect(alert()).toBe('');
    expect(page.querySelector('code')).toBeNull();
  });

  it('goes on after a proof through a provider', async () => {
    await open({ user: {} }, '/mfa-setup?returnTo=%2Freports&reauthenticated=1');
    expect(TestBed.inject(Router).url).toBe('/mfa-setup?returnTo=%2Freports');
    http.expectNone('/api/mfa/setup');
  });

  it('cannot be skipped where it is required, only left', async () => {
    await open({ state: 'awaitingEnrolment' });
    expect(page.textContent).toContain('Your account needs a second factor');
    const signOut = vi.spyOn(session, 'signOut');
    await press('Cancel');
    expect(signOut).toHaveBeenCalledTimes(1);
    expect(TestBed.inject(Router).url).toBe('/mfa-setup');
  });
});
