import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
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
      /Ends without activity .*2 min 5 sec left/,
      /Ends at the latest .*12 hr 0 min left/,
    ]) {
      expect(shown).toMatch(part);
    }
    expect(shown).not.toContain('choose your own');
  });

  it('counts down to the idle deadline', async () => {
    session.signIn();
    await fixture.whenStable();
    session.secondsLeft.set(41);
    expect(await text()).toContain('41 sec left');
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

  it('loads the sign-in methods', async () => {
    session.signIn();
    expect(await text()).toContain('Sign-in methods');
    const http = TestBed.inject(HttpTestingController);
    expect(http.match('/api/account/identities')).toHaveLength(1);
  });

  it('shows placeholders for a user without name, address and roles', async () => {
    session.signIn({ username: null, displayName: null, email: null, roles: [] });
    const shown = await text();
    expect(shown).toContain('Your account');
    expect(shown).toContain('None');
    expect(shown).not.toContain('null');
    expect(shown).not.toContain('verified');
  });

  it('warns a user whose password was chosen by an administrator', async () => {
    session.signIn({ mustChangePassword: true });
    expect(await text()).toContain('Ask your administrator to reset it, then choose your own.');
  });

  it('offers another attempt when the profile could not be loaded', async () => {
    const reload = vi.spyOn(session, 'reloadUser');
    session.userLoadFailed.set(true);
    expect(await text()).toContain('could not be loaded');
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
