import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { ServiceSettings } from '@vestibule/angular';
import { Provider } from '../../api/providers';
import { ProviderList } from './provider-list';

const provider = (name: string, label: string, more: Partial<Provider> = {}): Provider => ({
  name,
  label,
  kind: 'oidc',
  available: true,
  loginUrl: `/api/auth/login/${name}`,
  ...more,
});
const OKTA = provider('okta', 'Okta', { kind: 'okta' });
const AUTH0 = provider('auth0', 'Auth0', { kind: 'auth0' });

describe('the provider list', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<ProviderList>;
  let host: HTMLElement;

  beforeEach(() => localStorage.clear());
  afterEach(() => host.remove());

  async function open(returnTo: string | null = null, except: string | null = null): Promise<void> {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting()],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(ProviderList);
    fixture.componentRef.setInput('returnTo', returnTo);
    fixture.componentRef.setInput('except', except);
    host = fixture.nativeElement as HTMLElement;
    document.body.append(host);
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  }

  async function answer(...providers: Provider[]): Promise<void> {
    http.expectOne('/api/auth/providers').flush({ providers });
    await settle();
  }

  const links = () => [...host.querySelectorAll('a')];
  const words = (element: Element | null) =>
    element?.textContent.replace(/\s+/g, ' ').trim() ?? null;

  it('takes the settings of the service from the response', async () => {
    await open();
    http.expectOne('/api/auth/providers').flush({ providers: [], mail: true, trustDays: 30 });
    await settle();
    expect(TestBed.inject(ServiceSettings).current()).toEqual({ mail: true, trustDays: 30 });
  });

  it('shows plain links to the server with labels and icons', async () => {
    await open();
    expect(words(host)).toBe('');
    await answer(OKTA, AUTH0, provider('corp-idp', 'Corporate sign-in'));
    expect(links().map((link) => link.getAttribute('href'))).toEqual([
      '/api/auth/login/okta',
      '/api/auth/login/auth0',
      '/api/auth/login/corp-idp',
    ]);
    expect(links().map(words)).toEqual([
      'Continue with Okta',
      'Continue with Auth0',
      'Continue with Corporate sign-in',
    ]);
    const shapes = [...host.querySelectorAll('path')].map((path) => path.getAttribute('d'));
    expect(new Set(shapes).size).toBe(3);
    expect(host.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
    expect(words(host.querySelector('.separator'))).toBe('or');
  });

  it('has an icon of its own for each kind', async () => {
    await open();
    const kinds = ['auth0', 'okta', 'entra', 'keycloak', 'apple', 'google', 'oidc'];
    await answer(...kinds.map((kind) => provider(kind, kind, { kind })));
    const shapes = [...host.querySelectorAll('path')].map((path) => path.getAttribute('d'));
    expect(new Set(shapes).size).toBe(kinds.length);
    // The colour is that of the theme, and no image of another server is requested.
    expect(host.querySelector('img, image, [fill]')).toBeNull();
  });

  it.each(['toString', '__proto__', 'microsoft', 'Apple'])(
    'has an icon for the unknown kind %s',
    async (kind) => {
      await open();
      await answer({ ...OKTA, kind });
      expect(host.querySelector('path')?.getAttribute('d')).toMatch(/^M12 8a4/);
    },
  );

  it('adds the return path to the links', async () => {
    await open('/reports?year=2026&x=%20#part');
    await answer(OKTA);
    expect(links()[0]?.getAttribute('href')).toBe(
      '/api/auth/login/okta?returnTo=%2Freports%3Fyear%3D2026%26x%3D%2520%23part',
    );
  });

  it('marks the provider used last and stores only its name', async () => {
    await open();
    await answer(OKTA, AUTH0);
    expect(host.textContent).not.toContain('Last used');
    links()[1]!.addEventListener('click', (event) => event.preventDefault());
    links()[1]!.click();
    await settle();
    expect(Object.entries(localStorage)).toEqual([['vestibule.last-provider', 'auth0']]);
    expect(words(links()[1]!)).toMatch(/^Continue with Auth0 ?Last used$/);
    host.remove();
    await open();
    await answer(OKTA, AUTH0);
    expect(links().map((link) => link.textContent.includes('Last used'))).toEqual([false, true]);
  });

  it('shows an unavailable provider as text, not as link', async () => {
    localStorage.setItem('vestibule.last-provider', 'okta');
    await open();
    await answer({ ...OKTA, available: false }, AUTH0);
    expect(links().map(words)).toEqual(['Continue with Auth0']);
    expect(words(host.querySelector('li'))).toBe('Okta cannot be reached');
  });

  it('polls an unavailable provider until it is available or the component is destroyed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await open();
      await answer({ ...OKTA, available: false }, AUTH0);
      vi.advanceTimersByTime(10_000);
      http.expectOne('/api/auth/providers').error(new ProgressEvent('error'));
      await settle();
      expect(words(host.querySelector('li'))).toBe('Okta cannot be reached');
      vi.advanceTimersByTime(10_000);
      await answer(OKTA, AUTH0);
      expect(links().map(words)).toEqual(['Continue with Okta', 'Continue with Auth0']);
      vi.advanceTimersByTime(60_000);
      http.expectNone('/api/auth/providers');

      await open();
      await answer({ ...OKTA, available: false });
      fixture.destroy();
      vi.advanceTimersByTime(60_000);
      http.expectNone('/api/auth/providers');
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['nothing changed', [{ ...OKTA, available: false }, AUTH0]],
    ['the provider is available again', [OKTA, AUTH0]],
  ])('keeps the focus while it polls: %s', async (_what, now) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await open();
      await answer({ ...OKTA, available: false }, AUTH0);
      const link = links()[0]!;
      link.focus();
      vi.advanceTimersByTime(10_000);
      await answer(...now);
      expect(links().at(-1)).toBe(link);
      expect(document.activeElement).toBe(link);
      expect(host.querySelectorAll('li')).toHaveLength(now.length);
    } finally {
      vi.useRealTimers();
    }
  });

  it('renders nothing without providers', async () => {
    await open();
    await answer();
    expect(host.children).toHaveLength(0);
  });

  it('leaves out the excluded provider', async () => {
    await open('/', 'okta');
    await answer(OKTA);
    expect(host.children).toHaveLength(0);
  });

  it('offers another attempt when the list could not be loaded', async () => {
    await open();
    http.expectOne('/api/auth/providers').error(new ProgressEvent('error'));
    await settle();
    expect(words(host)).toContain('could not be loaded');
    host.querySelector('button')!.click();
    await settle();
    await answer(OKTA);
    expect(words(host)).toMatch(/^or ?Continue with Okta$/);
  });
});
