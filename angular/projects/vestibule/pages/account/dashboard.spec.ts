import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { ServiceSettings } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, textOf } from '../../spec/dialogs';
import { fakeAuthenticator, removeAuthenticator } from '../../spec/passkeys';
import { hasDeclined } from '../passkey/declined-offers';
import { Dashboard } from './dashboard';

describe('the dashboard', () => {
  let fixture: ComponentFixture<Dashboard>;
  let session: TestSession;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: '', pathMatch: 'full', children: [] }]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(),
      ],
    });
    session = TestBed.inject(TestSession);
    fixture = TestBed.createComponent(Dashboard);
  });

  async function text(): Promise<string> {
    await fixture.whenStable();
    return (fixture.nativeElement as HTMLElement).textContent.replace(/\s+/g, ' ');
  }

  it('shows the profile, the sign-in method and both deadlines', async () => {
    session.signIn({ roles: ['admin', 'editor'] }, 125);
    const shown = await text();
    for (const part of [
      'Ada Lovelace',
      'ada@corp.example verified',
      'admin, editor',
      'Password',
      // The weekday is shown when the session ends after midnight.
      /Ends without activity(\w+ )?\d+:\d+/,
      /Ends at the latest(\w+ )?\d+:\d+/,
    ]) {
      expect(shown).toMatch(part);
    }
    // The name of the user is on the page once, and no second runs.
    expect(shown.split('Ada Lovelace')).toHaveLength(2);
    expect(shown).not.toMatch(/\d sec/);
  });

  const GRACE = {
    authProvider: 'okta',
    identities: [
      {
        provider: 'okta',
        label: 'Okta',
        email: 'grace@corp.example',
        linkedAt: '2026-11-20T09:00:00.000Z',
        lastLoginAt: '2026-11-22T10:00:00.000Z',
      },
    ],
  };
  it('shows the label of the provider of the session', async () => {
    session.signIn(GRACE);
    const view = session.user()!.session;
    session.signIn({ ...GRACE, session: { ...view, method: 'federated', provider: 'okta' } });
    expect(await text()).toContain('Signed in withOkta');
  });

  it('opens its sections by links, keeps other parameters and focuses the heading', async () => {
    const router = TestBed.inject(Router);
    await router.navigateByUrl('/?tab=x');
    session.signIn();
    const page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await text();
    const hrefs = [...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href'));
    expect(hrefs[0]).toBe('/?tab=x');
    expect(hrefs[1]).toBe('/?tab=x&section=security');
    page.querySelector<HTMLElement>('nav a[href$=data]')!.click();
    await vi.waitUntil(() => router.url === '/?tab=x&section=data');
    expect(await text()).toContain('Export your data');
    expect(page.querySelector('[aria-current=page]')?.textContent).toBe('Your data');
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.activeElement?.textContent).toBe('Your data');
    page.remove();
  });

  it.each(['?section=nonsense', '?section=toString'])('shows the profile at %s', async (query) => {
    await TestBed.inject(Router).navigateByUrl(`/${query}`);
    session.signIn();
    expect(await text()).toContain('Preferences');
  });

  it('shows on every section that the account will be deleted', async () => {
    session.signIn({ deletionAt: '2026-12-03T10:00:00.000Z' });
    await text();
    for (const section of ['security', 'sessions', 'activity', 'data']) {
      await TestBed.inject(Router).navigateByUrl(`/?section=${section}`);
      expect(await text()).toContain('Keep my account');
    }
  });

  it('shows placeholders for a user without name, address and roles', async () => {
    session.signIn({ username: null, displayName: null, email: null, roles: [] });
    const shown = await text();
    expect(shown).toContain('Your account');
    expect(shown).toContain('None');
    expect(shown).not.toContain('null');
    expect(shown).not.toContain('verified');
  });

  describe('of a user who signed in without a passkey', () => {
    beforeEach(() => {
      localStorage.clear();
      fakeAuthenticator({ platform: true });
      TestBed.inject(ServiceSettings).apply({ passkeys: true });
      document.body.append(fixture.nativeElement as HTMLElement);
    });

    afterEach(() => {
      (fixture.nativeElement as HTMLElement).remove();
      removeAuthenticator();
    });

    const notice = () =>
      textOf((fixture.nativeElement as HTMLElement).querySelector('vestibule-passkey-notice'));

    async function open(): Promise<void> {
      session.signIn({ username: 'ada' });
      await text();
      await vi.waitUntil(() => notice() !== '', { timeout: 20_000 });
    }

    it('offers one, and leads to the section', async () => {
      await open();
      expect(notice()).toContain('Sign in faster next time');
      button('Add a passkey').click();
      await vi.waitUntil(() => TestBed.inject(Router).url === '/?section=security');
      await text();
      expect(notice()).toBe('');
    });

    it('does not offer it again after "not now"', async () => {
      await open();
      button('Not now').focus();
      button('Not now').click();
      await vi.waitUntil(() => localStorage.getItem('vestibule.declined-passkey'));
      expect(await hasDeclined({ username: 'ada', displayName: null })).toBe(true);
      await text();
      expect(notice()).toBe('');
      expect(document.activeElement?.tagName, 'the focus').toBe('H1');
    });
  });

  it('offers another attempt when the profile could not be loaded', async () => {
    const reload = vi.spyOn(session, 'reloadUser');
    session.userLoadFailed.set(true);
    expect(await text()).toContain('could not be loaded');
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
