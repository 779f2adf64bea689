import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestSession, TestingOptions, provideVestibuleTesting } from 'vestibule/testing';
import { button, dialog, fakeModalDialogs, wantsProof } from '../../../../../spec/dialogs';
import { Link } from './link';

const PENDING = {
  provider: 'okta',
  label: 'Okta',
  email: 'ada@corp.example',
  expiresAt: '2026-11-22T10:10:00.000Z',
  trace: '01990000-0000-7000-8000-00000000000a',
};
const HERE = '/link?provider=okta&returnTo=%2Freports';

describe('the page of the pending link', () => {
  let http: HttpTestingController;
  let harness: RouterTestingHarness;
  let page: HTMLElement;
  let session: TestSession;
  let router: Router;

  async function open(options: TestingOptions = {}, url = HERE): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'link', component: Link },
          { path: '**', children: [] },
        ]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(options),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(TestSession);
    router = TestBed.inject(Router);
    harness = await RouterTestingHarness.create(url);
    page = harness.routeNativeElement!;
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    await harness.fixture.whenStable();
  }

  async function answer(method: string, body: object, status = 200): Promise<void> {
    http
      .expectOne({ method, url: '/api/auth/link' })
      .flush(body, status === 200 ? undefined : { status, statusText: 'refused' });
    await settle();
  }

  async function press(name: string): Promise<void> {
    [...page.querySelectorAll('button')].find((each) => each.textContent.trim() === name)!.click();
    await settle();
  }

  const words = () => page.textContent.replace(/\s+/g, ' ');
  const alert = () => page.querySelector('[role=alert]')?.textContent ?? '';

  afterEach(() => {
    (harness.fixture.nativeElement as HTMLElement).remove();
    localStorage.clear();
  });

  it('explains a visitor that the account is to be proven first, with its form', async () => {
    await open();
    await answer('GET', PENDING);
    expect(words()).toContain(
      'There is already an account with the address ada@corp.example. Sign in to it once the way you used to, then confirm that it may also be reached through Okta.',
    );
    expect(page.querySelectorAll('form')).toHaveLength(1);
    expect([...page.querySelectorAll('button')].map((each) => each.textContent.trim())).toEqual([
      'Show password',
      'Sign in',
      'Copy number',
      'Cancel',
    ]);
  });

  it('has a way out for who cannot prove the account, with the number for the administrator', async () => {
    await open();
    await answer('GET', PENDING);
    expect(words()).toContain(
      `If you cannot sign in to it, ask your administrator, and give them this number: ${PENDING.trace}`,
    );
  });

  it.each([null, undefined])('asks for no number where there is none (%s)', async (trace) => {
    await open();
    await answer('GET', { ...PENDING, trace });
    expect(words()).toContain('If you cannot sign in to it, ask your administrator.');
    expect(words()).not.toContain('number');
  });

  it('offers the other providers, which lead back to here', async () => {
    await open();
    await answer('GET', PENDING);
    const providers = ['okta', 'auth0'].map((name) => ({
      name,
      label: name,
      kind: name,
      available: true,
      loginUrl: `/api/auth/login/${name}`,
    }));
    http.expectOne('/api/auth/providers').flush({ providers });
    await settle();
    expect([...page.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
      `/api/auth/login/auth0?returnTo=${encodeURIComponent(HERE)}`,
    ]);
  });

  it('asks for the confirmation once the account is proven: signing in alone links nothing', async () => {
    await open();
    await answer('GET', PENDING);
    session.signIn();
    await settle();
    http.expectNone({ method: 'POST', url: '/api/auth/link' });
    expect(page.querySelector('h1')?.textContent).toContain('Link Okta to this account?');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(words()).toContain('You are signed in as ada.');
    expect(words()).toContain('whoever signs in at Okta as ada@corp.example reaches this account');
  });

  it('links, and goes on to where the person wanted with a word on it', async () => {
    await open({ user: {} });
    const reload = vi.spyOn(session, 'reloadUser');
    const navigate = vi.spyOn(router, 'navigateByUrl');
    await answer('GET', PENDING);
    await press('Confirm');
    const linked = {
      provider: 'okta',
      label: 'Okta',
      email: null,
      linkedAt: '',
      lastLoginAt: null,
    };
    await answer('POST', { identity: linked });
    expect(router.url).toBe('/reports');
    expect(navigate).toHaveBeenCalledWith('/reports', {
      state: { said: 'Okta is now linked to your account.' },
    });
    expect(reload).toHaveBeenCalledTimes(1);
    expect(localStorage.getItem('vestibule.last-provider')).toBe('okta');
  });

  it.each([
    [{ user: {} }, '/reports'],
    [{}, '/login?returnTo=%2Freports'],
  ])('can be cancelled (%j)', async (options, target) => {
    await open(options);
    await answer('GET', PENDING);
    await press('Cancel');
    await answer('DELETE', {});
    expect(router.url).toBe(target);
  });

  it('leads to no other site', async () => {
    await open({ user: {} }, '/link?returnTo=%2F%2Fevil.example');
    await answer('GET', PENDING);
    await press('Cancel');
    await answer('DELETE', {});
    expect(router.url).toBe('/');
  });

  it('offers to sign in as somebody else where another account is meant', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'link_account_mismatch' }, 409);
    expect(alert()).toContain('another account than the one you are signed in to');
    const signOut = vi.spyOn(session, 'signOut');
    await press('Sign out and in again');
    // With a place to come back to: nobody is taken to a provider for it.
    expect(signOut).toHaveBeenCalledExactlyOnceWith(HERE);
    expect(session.signedIn()).toBe(false);
    expect(words()).toContain('Sign in to it once');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(router.url).toBe(HERE);
  });

  it('asks for a fresh proof where the sign-in is too long ago, and links then', async () => {
    fakeModalDialogs();
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', wantsProof('password'), 403);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    const field = dialog()!.querySelector<HTMLInputElement>('#reauthentication-password')!;
    field.value = 'correct horse';
    field.dispatchEvent(new Event('input'));
    button('Continue').click();
    await settle();
    http.expectOne('/api/auth/reauthenticate').flush({ session: { state: 'signedIn' } });
    await settle();
    await answer('POST', { identity: { ...PENDING, linkedAt: '', lastLoginAt: null } });
    expect(router.url).toBe('/reports');
  });

  it('is confirmed after a proof through a provider by a press, not by the address', async () => {
    await open({ user: {} }, `${HERE}&reauthenticated=1`);
    await answer('GET', PENDING);
    expect(router.url).toBe(HERE);
    http.expectNone({ method: 'POST', url: '/api/auth/link' });
  });

  it('says that the identity is somebody else’s', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'identity_in_use' }, 409);
    expect(alert()).toContain('Another account can be reached this way already');
    expect(alert()).not.toContain('Sign out');
  });

  it.each([
    [{ user: {} }, '/'],
    [{}, '/login'],
  ])('explains that nothing waits here (%j)', async (options, way) => {
    await open(options);
    await answer('GET', { code: 'no_pending_link' }, 404);
    expect(page.querySelector('h1')?.textContent).toBe('Nothing to link');
    expect(page.querySelector('a')?.getAttribute('href')).toBe(way);
  });

  it('explains it also where the link went meanwhile', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'no_pending_link' }, 404);
    expect(page.querySelector('h1')?.textContent).toBe('Nothing to link');
  });

  it('says why the session ended meanwhile', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    session.end('idle');
    await settle();
    expect(page.querySelector('.notice')?.textContent).toContain('nothing happened for a while');
  });

  it('does not take an outage for a link that is gone', async () => {
    await open();
    await answer('GET', { code: 'store_unavailable' }, 503);
    expect(alert()).toContain('The service is interrupted');
    await press('Try again');
    await answer('GET', PENDING);
    expect(words()).toContain('There is already an account');
  });
});
