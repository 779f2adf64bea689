import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestSession, TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import { vestibulePages } from '../../routes';
import { refusalText } from '../../api/refusal';
import { refusals } from '../../text/en/refusals';
import { TEXT } from '../../text/text-loader';

const TRACE = '01990000-0000-7000-8000-00000000000a';
/** A cancel at the provider is no failure: it has tests of its own. */
const NO_FAILURE = ['refusal.other', 'refusal.login_cancelled'];
const REFUSALS = Object.entries(refusals).flatMap<[string, string]>(([key, sentence]) =>
  key.startsWith('refusal.') && !NO_FAILURE.includes(key) ? [[key.slice(8), sentence]] : [],
);
const PROVIDERS = [
  {
    name: 'okta',
    label: 'Okta',
    kind: 'okta',
    available: true,
    loginUrl: '/api/auth/login/okta',
  },
];

describe('the federated error page', () => {
  let http: HttpTestingController;
  let page: HTMLElement;
  let harness: RouterTestingHarness;

  async function open(query: string, options: TestingOptions = {}): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter(vestibulePages()),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(options),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create(`/login?${query}`);
    page = harness.routeNativeElement!;
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    await harness.fixture.whenStable();
  }

  async function answer(providers = PROVIDERS): Promise<void> {
    http.expectOne('/api/auth/providers').flush({ providers });
    await settle();
  }

  const alert = () => page.querySelector<HTMLElement>('[role=alert]');
  const words = () => alert()?.textContent.replace(/\s+/g, ' ').trim() ?? '';

  afterEach(() => (harness.fixture.nativeElement as HTMLElement).remove());

  it.each(REFUSALS)('shows what happened and what to do next: %s', async (code, sentence) => {
    await open(`error=${code}&provider=okta`);
    await answer();
    expect(words()).toBe(`Sign-in with Okta failed. ${sentence}`);
    expect(document.activeElement).toBe(alert());
  });

  it('shows the ID for the administrator with a copy button', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
    await open(`error=link_ambiguous&trace=${TRACE}&provider=okta`);
    await answer();
    expect(words()).toContain(`Give your administrator this ID: ${TRACE}`);
    alert()!.querySelector('button')!.click();
    await settle();
    expect(writeText).toHaveBeenCalledWith(TRACE);
  });

  it.each(['', '12', `${TRACE}x`, 'Call%20555-1234', `${TRACE}%0A`])(
    'shows no ID that is not a UUID: %j',
    async (trace) => {
      await open(`error=access_denied&trace=${trace}`);
      await answer();
      expect(words()).not.toContain('this ID');
    },
  );

  it('shows no other text of the URL', async () => {
    await open('error=Call%20555&provider=evil&reason=evil&returnTo=https%3A%2F%2Fevil.example');
    await answer();
    expect(words()).toMatch(/^Sign-in failed\. Start again;/);
    expect(page.innerHTML).not.toMatch(/evil|555/);
  });

  it('shows the error without a label when the provider list fails', async () => {
    await open('error=provider_unavailable&provider=okta');
    expect(alert()).toBeNull();
    http.expectOne('/api/auth/providers').error(new ProgressEvent('error'));
    await settle();
    expect(words()).toContain('Sign-in failed. The provider cannot be reached');
  });

  it.each([
    [{}, 'Sign in'],
    [{ user: {} }, 'Request not completed'],
  ])('has the same title and heading: %j', async (options, title) => {
    await open('error=access_denied&provider=okta', options);
    await answer();
    expect(page.querySelector('h1')?.textContent).toBe(title);
    expect(document.title).toBe(`${title} · Vestibule`);
  });

  describe('after a cancel at the provider', () => {
    const CANCEL = `error=login_cancelled&provider=okta&trace=${TRACE}&returnTo=%2Freports`;
    const links = () =>
      [...page.querySelectorAll('section a')].map((link) => [
        link.textContent.trim(),
        link.className,
        link.getAttribute('href'),
      ]);

    it('says so in one quiet line and offers the same provider first', async () => {
      await open(CANCEL);
      await answer();
      expect(alert()).toBeNull();
      expect(page.textContent).toContain('You cancelled at Okta.');
      expect(page.textContent).not.toContain(TRACE);
      expect(links()).toEqual([
        ['Continue with Okta', 'button', '/api/auth/login/okta?returnTo=%2Freports'],
        ['Use another sign-in method', 'secondary', '/login?returnTo=%2Freports'],
      ]);
    });

    it('names no provider that is not set up, and offers none that cannot be reached', async () => {
      await open(CANCEL.replace('okta', 'evil'));
      await answer();
      expect(page.textContent).toContain('You cancelled the sign-in.');
      expect(links().map(([name]) => name)).toEqual(['Use another sign-in method']);
    });

    it('leads a signed-in user back', async () => {
      await open(CANCEL, { user: {} });
      await answer();
      expect(alert()).toBeNull();
      expect(page.textContent).toContain('Your account was not changed.');
      expect(links()).toEqual([['Go back', 'button', '/reports']]);
    });
  });

  it('offers password and providers and keeps the return path', async () => {
    await open('error=login_expired&provider=okta&returnTo=%2Freports');
    await answer();
    expect(page.querySelectorAll('form')).toHaveLength(1);
    expect(page.querySelector('vestibule-provider-list a')?.getAttribute('href')).toBe(
      '/api/auth/login/okta?returnTo=%2Freports',
    );
  });

  it.each(['link_refused', 'reauthentication_refused', 'access_denied'] as const)(
    'shows a signed-in user the error without a sign-in form: %s',
    async (code) => {
      await open(`error=${code}&trace=${TRACE}&provider=okta&returnTo=%2F%3Ftab%3Dx`, { user: {} });
      await answer();
      expect(words()).toContain(
        `Your request to Okta was not completed. ${refusalText(TestBed.inject(TEXT), code, true)}`,
      );
      expect(words()).toContain(TRACE);
      expect(document.activeElement).toBe(alert());
      expect(page.querySelector('form')).toBeNull();
      expect(page.querySelector('vestibule-provider-list')).toBeNull();
      expect(page.textContent).toContain('still signed in');
      const back = page.querySelector('a.button');
      expect(back?.textContent.trim()).toBe('Back to your account');
      expect(back?.getAttribute('href')).toBe('/?tab=x');
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    },
  );

  it.each([
    ['/?linked=okta', '/', 'Back to your account'],
    ['/mfa-setup?linked=okta', '/mfa-setup', 'Go back'],
    ['/link?provider=okta&linked=okta', '/link?provider=okta', 'Go back'],
    ['//evil.example', '/', 'Back to your account'],
  ])('links back to %s without the return parameters', async (returnTo, href, label) => {
    await open(`error=link_refused&returnTo=${encodeURIComponent(returnTo)}`, { user: {} });
    await answer();
    const back = page.querySelector('a.button');
    expect([back?.getAttribute('href'), back?.textContent.trim()]).toEqual([href, label]);
  });
});
