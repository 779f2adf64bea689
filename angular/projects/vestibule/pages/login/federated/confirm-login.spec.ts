import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import { vestibulePages } from '../../routes';

const OKTA = {
  name: 'okta',
  label: 'Okta',
  kind: 'okta',
  available: true,
  loginUrl: '/api/auth/login/okta',
};

describe('the page that confirms a federated login', () => {
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
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    await harness.fixture.whenStable();
  }

  async function answer(...providers: (typeof OKTA)[]): Promise<void> {
    http.expectOne('/api/auth/providers').flush({ providers });
    await settle();
  }

  const words = () => page.textContent.replace(/[\u2068\u2069]/g, '').replace(/\s+/g, ' ');
  const links = () =>
    [...page.querySelectorAll('section a')].map((link) => [
      link.textContent.trim(),
      link.getAttribute('href'),
    ]);

  it('starts the login with one click and keeps the return path', async () => {
    await open('provider=okta&returnTo=%2Freports%3Fyear%3D2026');
    await answer(OKTA);
    expect(page.querySelector('h1')?.textContent).toBe('Sign in with Okta?');
    expect(words()).toContain('Continue only if you want to sign in now.');
    expect(words()).not.toContain('You are signed in');
    expect(links()).toEqual([
      ['Continue with Okta', '/api/auth/login/okta?returnTo=%2Freports%3Fyear%3D2026'],
      ['Use another sign-in method', '/login?returnTo=%2Freports%3Fyear%3D2026'],
    ]);
  });

  it('shows a signed-in user which session the login ends', async () => {
    await open('provider=okta&returnTo=%2Freports', { user: { displayName: 'Ada Lovelace' } });
    await answer(OKTA);
    expect(words()).toContain('You are signed in as Ada Lovelace. This sign-in ends that session.');
    expect(links()).toEqual([
      ['Continue with Okta', '/api/auth/login/okta?returnTo=%2Freports'],
      ['Stay signed in', '/reports'],
    ]);
  });

  it('shows no text of the URL', async () => {
    await open('provider=Call%20555&returnTo=https%3A%2F%2Fevil.example');
    await answer(OKTA);
    expect(page.innerHTML).not.toMatch(/evil|555/);
    expect(links()).toEqual([['Choose a sign-in method', '/login']]);
  });

  it('offers no link to an unavailable provider', async () => {
    await open('provider=okta');
    await answer({ ...OKTA, available: false });
    expect(words()).toContain('Okta cannot be reached.');
    expect(links()).toEqual([['Use another sign-in method', '/login']]);
  });

  it('offers another attempt when the list fails', async () => {
    await open('provider=okta');
    http.expectOne('/api/auth/providers').error(new ProgressEvent('error'));
    await settle();
    page.querySelector<HTMLButtonElement>('section button')!.click();
    await answer(OKTA);
    expect(page.querySelector('h1')?.textContent).toBe('Sign in with Okta?');
  });

  it('shows the error page if the URL has an error, too', async () => {
    await open('error=login_expired&provider=okta');
    expect(page.querySelector('vestibule-failure-box')).not.toBeNull();
  });
});
