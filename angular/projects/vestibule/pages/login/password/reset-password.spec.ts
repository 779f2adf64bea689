import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ServiceSettings } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, textOf } from '../../../spec/dialogs';
import { linkTokenGuard } from '../mail-links/link-token-guard';
import { ChangePassword } from './change-password';
import { ForgotPassword } from './forgot-password';
import { ResetPassword } from './reset-password';

const OPTIONS = '/api/auth/password/reset/passkey/options';
const REGISTER = '/api/auth/password/reset/passkey';
const PUBLIC_KEY = { challenge: 'Y2hhbGxlbmdl', user: { id: 'dXNlcg', name: 'ada' } };
const CREDENTIAL = { id: 'Y3JlZA', type: 'public-key' };

describe('a service without passwords', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<unknown>;
  let page: HTMLElement;
  let create: ReturnType<typeof vi.fn>;

  beforeEach(() => {
    create = vi.fn(() => Promise.resolve({ toJSON: () => CREDENTIAL }));
    vi.stubGlobal('PublicKeyCredential', {
      parseCreationOptionsFromJSON: (json: unknown) => json,
    });
    Object.defineProperty(navigator, 'credentials', { value: { create }, configurable: true });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, 'credentials');
    (fixture.nativeElement as HTMLElement).remove();
  });

  async function open(url: string, passwords: boolean | null = false): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          {
            path: 'reset-password',
            canActivate: [linkTokenGuard],
            runGuardsAndResolvers: 'always',
            component: ResetPassword,
          },
          { path: 'forgot-password', component: ForgotPassword },
          { path: 'change-password', component: ChangePassword },
        ]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ user: {} }),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    if (passwords !== null) TestBed.inject(ServiceSettings).apply({ passwords, mail: true });
    const harness = await RouterTestingHarness.create(url);
    fixture = harness.fixture;
    page = harness.routeNativeElement!;
    document.body.append(fixture.nativeElement as HTMLElement);
    await settle();
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    }
  }

  async function answer(url: string, body: object, status = 200): Promise<unknown> {
    const found = http.expectOne(url);
    found.flush(body, { status, statusText: 'x' });
    await settle();
    return found.request.body;
  }

  async function press(): Promise<void> {
    button('Create a passkey').click();
    await settle();
  }

  const heading = () => textOf(page.querySelector('h1'));
  const links = () => [...page.querySelectorAll('a')].map((link) => link.getAttribute('href'));

  it('offers a passkey with the link of an administrator, in place of a new password', async () => {
    await open('/reset-password#token=abc');
    expect(heading()).toBe('Create a passkey');
    expect(page.querySelector('input')).toBeNull();
    http.expectNone(OPTIONS);
    await press();
    expect(http.expectOne(OPTIONS).request.body).toEqual({ token: 'abc' });
  });

  it('registers the passkey with the link, and leads to the sign-in page', async () => {
    await open('/reset-password#token=abc');
    const refresh = vi.spyOn(TestBed.inject(TestSession), 'refresh');
    await press();
    await answer(OPTIONS, { publicKey: PUBLIC_KEY, ceremony: 'c1' });
    expect(create).toHaveBeenCalledExactlyOnceWith({ publicKey: PUBLIC_KEY });
    const body = await answer(REGISTER, {});
    expect(body).toEqual({ token: 'abc', ceremony: 'c1', credential: CREDENTIAL });
    expect(heading()).toBe('Your passkey is created');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(links()).toEqual(['/login']);
    // All sessions of the account have ended, this one too.
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('says that a link was used, and offers no new one by mail', async () => {
    await open('/reset-password#token=abc');
    await press();
    await answer(OPTIONS, { code: 'token_invalid' }, 400);
    expect(page.textContent).toContain('Ask your administrator for a new link.');
    expect(links()).toEqual(['/login']);
    expect(create).not.toHaveBeenCalled();
  });

  it('keeps the page open when the user cancels', async () => {
    await open('/reset-password#token=abc');
    create.mockRejectedValue(new DOMException('cancelled', 'NotAllowedError'));
    await press();
    await answer(OPTIONS, { publicKey: PUBLIC_KEY, ceremony: 'c1' });
    http.expectNone(REGISTER);
    expect(heading()).toBe('Create a passkey');
    expect(page.querySelector('[role=alert]')).toBeNull();
    button('Create a passkey');
  });

  it('reports why a passkey is refused', async () => {
    await open('/reset-password#token=abc');
    await press();
    await answer(OPTIONS, { publicKey: PUBLIC_KEY, ceremony: 'c1' });
    await answer(REGISTER, { code: 'passkey_not_allowed' }, 400);
    expect(textOf(page.querySelector('[role=alert]'))).toContain('does not allow this kind');
  });

  it('is known in an application of another origin by the list of providers', async () => {
    await open('/reset-password#token=abc', null);
    expect(heading()).toBe('Set a new password');
    await answer('/api/auth/providers', { providers: [], passwords: false });
    expect(heading()).toBe('Create a passkey');
  });

  it('sends no link for a forgotten password', async () => {
    await open('/forgot-password');
    expect(page.querySelector('form')).toBeNull();
    expect(page.textContent).toContain('This service has no passwords.');
  });

  it('changes no password', async () => {
    await open('/change-password');
    expect(page.querySelector('form')).toBeNull();
    expect(page.textContent).toContain('This service has no passwords.');
    button('Continue');
  });

  it('is not every service', async () => {
    await open('/reset-password#token=abc', true);
    expect(heading()).toBe('Set a new password');
    expect(page.querySelectorAll('input[type=password]')).toHaveLength(1);
  });
});
