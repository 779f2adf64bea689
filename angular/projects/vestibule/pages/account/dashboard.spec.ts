import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { Dashboard } from './dashboard';

describe('the dashboard', () => {
  let fixture: ComponentFixture<Dashboard>;
  let session: TestSession;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), provideVestibuleTesting()],
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
      /Ends without activity\d+:\d+/,
      /Ends at the latest\d+:\d+/,
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

  it('shows placeholders for a user without name, address and roles', async () => {
    session.signIn({ username: null, displayName: null, email: null, roles: [] });
    const shown = await text();
    expect(shown).toContain('Your account');
    expect(shown).toContain('None');
    expect(shown).not.toContain('null');
    expect(shown).not.toContain('verified');
  });

  it('offers another attempt when the profile could not be loaded', async () => {
    const reload = vi.spyOn(session, 'reloadUser');
    session.userLoadFailed.set(true);
    expect(await text()).toContain('could not be loaded');
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
