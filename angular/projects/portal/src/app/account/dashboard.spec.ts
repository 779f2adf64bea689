import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import { Dashboard } from './dashboard';

describe('the account page', () => {
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

  it('says who is here, how they came in, and until when', async () => {
    session.signIn({ roles: ['admin', 'editor'] }, 125);
    const shown = await text();
    for (const part of [
      'Ada Lovelace',
      'ada@corp.example verified',
      'admin, editor',
      'Password',
      'if you do nothing 2 min 5 s left',
      'in any case 12 h 0 min left',
    ]) {
      expect(shown).toContain(part);
    }
    expect(shown).not.toContain('chosen by somebody else');
  });

  it('counts down', async () => {
    session.signIn();
    await fixture.whenStable();
    session.secondsLeft.set(41);
    expect(await text()).toContain('41 s left');
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
  it('says which door somebody came through, by its label', async () => {
    session.signIn(GRACE);
    const view = session.user()!.session;
    session.signIn({ ...GRACE, session: { ...view, method: 'federated', provider: 'okta' } });
    expect(await text()).toContain('Signed in withThrough Okta');
  });

  it('asks for the ways to sign in', async () => {
    session.signIn();
    expect(await text()).toContain('Ways to sign in');
    const http = TestBed.inject(HttpTestingController);
    expect(http.match('/api/account/identities')).toHaveLength(1);
  });

  it('has words for people without a name, an address or roles', async () => {
    session.signIn({ username: null, displayName: null, email: null, roles: [] });
    const shown = await text();
    expect(shown).toContain('Your account');
    expect(shown).toContain('None');
    expect(shown).not.toContain('null');
    expect(shown).not.toContain('verified');
  });

  it('tells of a password that somebody else has chosen', async () => {
    session.signIn({ mustChangePassword: true });
    expect(await text()).toContain('chosen by somebody else');
  });

  it('offers to try again when the person could not be read', async () => {
    const reload = vi.spyOn(session, 'reloadUser');
    session.userLoadFailed.set(true);
    expect(await text()).toContain('could not be loaded');
    (fixture.nativeElement as HTMLElement).querySelector('button')!.click();
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
