import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TestSession, TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import {
  button,
  dialog,
  fakeModalDialogs,
  provideDialogs,
  reauthenticationRequired,
  textOf,
} from '../../../../spec/dialogs';
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
        provideDialogs(),
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

  const words = () => textOf(page);
  const alert = () => page.querySelector('[role=alert]')?.textContent ?? '';

  afterEach(() => {
    (harness.fixture.nativeElement as HTMLElement).remove();
    localStorage.clear();
  });

  it('asks a visitor to sign in to the account first', async () => {
    await open();
    await answer('GET', PENDING);
    expect(words()).toContain(
      'An account with the address ada@corp.example already exists. Sign in to it with your usual method, then confirm the link to Okta.',
    );
    expect(page.querySelectorAll('form')).toHaveLength(1);
    expect([...page.querySelectorAll('button')].map((each) => each.textContent.trim())).toEqual([
      'Show password',
      'Sign in',
      'Copy ID',
      'Cancel',
    ]);
  });

  it('shows the ID for the administrator if the user cannot sign in', async () => {
    await open();
    await answer('GET', PENDING);
    expect(words()).toContain(
      `If you cannot sign in to this account, give your administrator this ID: ${PENDING.trace}`,
    );
  });

  it.each([null, undefined])('shows no ID if there is none (%s)', async (trace) => {
    await open();
    await answer('GET', { ...PENDING, trace });
    expect(words()).toContain('If you cannot sign in to this account, ask your administrator.');
    expect(words()).not.toContain('this ID');
  });

  it('offers the other providers, which return to this page', async () => {
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

  it('asks for confirmation after the sign-in, which alone does not link', async () => {
    await open();
    await answer('GET', PENDING);
    session.signIn();
    await settle();
    http.expectNone({ method: 'POST', url: '/api/auth/link' });
    expect(page.querySelector('h1')?.textContent).toContain('Link Okta to this account?');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(words()).toContain('You are signed in as ada.');
    expect(words()).toContain(
      'a user who signs in at Okta as ada@corp.example can open this account',
    );
  });

  it('links and continues to the return path with a message', async () => {
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
    expect(navigate.mock.lastCall?.[1]?.state).toEqual({
      statusMessage: 'Okta is now linked to your account.',
      statusGood: true,
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

  it('does not continue to another origin', async () => {
    await open({ user: {} }, '/link?returnTo=%2F%2Fevil.example');
    await answer('GET', PENDING);
    await press('Cancel');
    await answer('DELETE', {});
    expect(router.url).toBe('/');
  });

  it('offers to sign in to the right account after link_account_mismatch', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'link_account_mismatch' }, 409);
    expect(words()).toContain(
      'You are signed in as ada, but this link belongs to a different account.',
    );
    expect(page.querySelectorAll('[role=alert]')).toHaveLength(1);
    const signOut = vi.spyOn(session, 'signOut');
    await press('Sign out and sign in again');
    expect(signOut).toHaveBeenCalledExactlyOnceWith({ to: HERE });
    expect(session.signedIn()).toBe(false);
    expect(words()).toContain('Sign in to it with your usual method');
    expect(document.activeElement).toBe(page.querySelector('h1'));
    expect(router.url).toBe(HERE);
  });

  it('says before the confirmation that the account is the wrong one', async () => {
    await open({ user: { username: 'grace', email: 'grace@corp.example' } });
    await answer('GET', PENDING);
    expect(words()).toContain(
      'You are signed in as grace, but this link belongs to a different account.',
    );
    expect([...page.querySelectorAll('button')].map(textOf)).toEqual([
      'Sign out and sign in again',
      'Cancel',
    ]);
    expect(page.querySelectorAll('button.button')).toHaveLength(1);
  });

  it.each([
    { username: 'ada', email: 'Ada@Corp.Example' },
    { username: 'ADA@corp.example', email: null },
    { username: 'ada', email: 'ada@corp.example' },
  ])('offers the confirmation to the user with the address: %j', async (user) => {
    await open({ user });
    await answer('GET', PENDING);
    expect(words()).toContain('Confirm');
  });

  it('knows the name to sign in with, and has the title of its heading', async () => {
    await open();
    await answer('GET', PENDING);
    expect(page.querySelector<HTMLInputElement>('#username')?.value).toBe('ada@corp.example');
    expect(document.title).toBe('One more step to sign in with Okta · Vestibule');
    session.signIn();
    await settle();
    expect(document.title).toBe('Link Okta to this account? · Vestibule');
  });

  it('asks for re-authentication if the server requires it and then links', async () => {
    fakeModalDialogs();
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', reauthenticationRequired('password'), 403);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    const field = dialog()!.querySelector<HTMLInputElement>('#vestibule-password')!;
    field.value = 'correct horse';
    field.dispatchEvent(new Event('input'));
    button('Continue').click();
    await settle();
    http.expectOne('/api/auth/reauthenticate').flush({ session: { state: 'signedIn' } });
    await settle();
    await answer('POST', { identity: { ...PENDING, linkedAt: '', lastLoginAt: null } });
    expect(router.url).toBe('/reports');
  });

  it('reports an identity that is linked to another account', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'identity_in_use' }, 409);
    expect(alert()).toContain('already linked to another account');
    expect(alert()).not.toContain('Sign out');
  });

  it.each([
    [{ user: {} }, '/'],
    [{}, '/login'],
  ])('explains that there is no pending link (%j)', async (options, way) => {
    await open(options);
    await answer('GET', { code: 'no_pending_link' }, 404);
    expect(page.querySelector('h1')?.textContent).toBe('Nothing to link');
    expect(page.querySelector('a')?.getAttribute('href')).toBe(way);
  });

  it('explains it also when the link expired before the confirmation', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    await press('Confirm');
    await answer('POST', { code: 'no_pending_link' }, 404);
    expect(page.querySelector('h1')?.textContent).toBe('Nothing to link');
  });

  it('shows why the session ended', async () => {
    await open({ user: {} });
    await answer('GET', PENDING);
    session.end('idle');
    await settle();
    expect(page.querySelector('.notice')?.textContent).toContain('because of inactivity');
  });

  it('offers another attempt after an outage', async () => {
    await open();
    await answer('GET', { code: 'store_unavailable' }, 503);
    expect(alert()).toContain('The service is temporarily unavailable');
    await press('Try again');
    await answer('GET', PENDING);
    expect(words()).toContain('already exists');
  });
});
