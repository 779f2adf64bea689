import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { FakeTabChannel, testUser, sessionView } from '../spec/fakes';
import { vestibuleInterceptors } from './provide';
import { Session } from './session';
import { TabChannel } from './tab-channel';
import { SessionView, User } from './api-types';

describe('the session', () => {
  let session: Session;
  let http: HttpTestingController;
  let tabs: FakeTabChannel;

  /** Lets effects and awaited answers take place. */
  async function settle(): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(0);
    TestBed.tick();
  }

  async function answer(view: SessionView): Promise<void> {
    const asked = session.refresh();
    http.expectOne('/api/auth/session').flush(view);
    await asked;
    await settle();
  }

  async function signIn(view = sessionView('signedIn'), user: Partial<User> = {}): Promise<void> {
    session.apply(view);
    await settle();
    http.expectOne('/api/auth/me').flush(testUser({ session: view, ...user }));
    await settle();
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z') });
    document.cookie = 'XSRF-TOKEN=token';
    tabs = new FakeTabChannel();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        { provide: TabChannel, useValue: tabs },
        Session,
      ],
    });
    session = TestBed.inject(Session);
    http = TestBed.inject(HttpTestingController);
  });

  afterEach(() => {
    http.verify();
    vi.useRealTimers();
  });

  it('is unknown until the server has answered', async () => {
    expect(session.state()).toBe('unknown');
    await answer(sessionView('anonymous'));
    expect(session.state()).toBe('anonymous');
    expect(session.endReason()).toBeNull();
    expect(session.secondsLeft()).toBeNull();
  });

  it('tells who is signed in, how, and with which roles', async () => {
    await signIn();
    expect(session.signedIn()).toBe(true);
    expect(session.user()?.displayName).toBe('Ada Lovelace');
    expect(session.method()).toBe('password');
    expect(session.amr()).toEqual(['pwd']);
    expect(session.hasRole('admin')).toBe(true);
    expect(session.hasRole('owner')).toBe(false);
    expect(tabs.sent).toContainEqual({ type: 'signed-in' });
  });

  it('counts down to the deadline', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    expect(session.secondsLeft()).toBe(600);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.secondsLeft()).toBe(540);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(session.secondsLeft()).toBe(0);
  });

  it.each([-3_600_000, 90_000, 3_600_000])(
    'counts by the clock of the server, which differs by %d ms',
    async (ahead) => {
      await signIn(sessionView('signedIn', { server: Date.now() + ahead, idle: 600, max: 3_600 }));
      expect(session.secondsLeft()).toBe(600);
      expect(session.secondsToEnd()).toBe(3_600);
      expect(session.expiresAt()?.getTime()).toBe(Date.now() + 600_000);
    },
  );

  it('moves the deadline with keep-alive, and tells the other tabs', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(300_000);
    const extended = session.extend();
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn', { idle: 600 });
    http.expectOne('/api/auth/keep-alive').flush({ expiresAt, endsAt, serverTime });
    await extended;
    expect(session.secondsLeft()).toBe(600);
    expect(tabs.sent.at(-1)?.type).toBe('extended');
  });

  it('tells the other tabs of a deadline that a look at the person has moved, and of no other', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    const extended = () => tabs.sent.filter(({ type }) => type === 'extended');
    expect(extended()).toEqual([]);
    await vi.advanceTimersByTimeAsync(300_000);
    const reloaded = session.reloadUser();
    const view = sessionView('signedIn', { idle: 600 });
    http.expectOne('/api/auth/me').flush(testUser({ session: view }));
    await reloaded;
    const expiresAt = Date.now() + 600_000;
    expect(extended()).toEqual([expect.objectContaining({ expiresAt })]);
  });

  it('takes the deadline another tab has moved', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    session.applyExtension(Date.now() + 900_000, Date.now() + 3_600_000);
    expect(session.secondsLeft()).toBe(900);
  });

  it('that was ended cannot come back by a late answer', async () => {
    await signIn();
    const late = session.extend();
    const asked = session.refresh();
    const ping = http.expectOne('/api/auth/keep-alive');
    const look = http.expectOne('/api/auth/session');
    session.end('signed_out');
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn');
    ping.flush({ expiresAt, endsAt, serverTime });
    look.flush(sessionView('signedIn'));
    await Promise.all([late, asked]);
    expect(session.state()).toBe('anonymous');
    expect(session.expiresAt()).toBeNull();
    expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', reason: 'signed_out' });
  });

  it('signs out on the server first, then everywhere', async () => {
    await signIn();
    const leaving = session.signOut();
    expect(session.signedIn()).toBe(true);
    http.expectOne('/api/auth/logout').flush({ message: 'Signed out', redirect: null });
    await leaving;
    expect(session.state()).toBe('anonymous');
    expect(session.user()).toBeNull();
    expect(session.endReason()).toBe('signed_out');
    expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', reason: 'signed_out' });
  });

  describe('that came through a provider', () => {
    const HERE = location.href;
    const THERE = `${HERE}#signed-out-there`;

    afterEach(() => location.assign(`${HERE}#`));

    async function signOut(redirect: string, returnTo: string | null = null): Promise<void> {
      await signIn();
      const leaving = session.signOut(returnTo);
      http.expectOne('/api/auth/logout').flush({ message: 'Signed out', redirect });
      await leaving;
      expect(session.state()).toBe('anonymous');
    }

    it('signs out there too, once it is over here', async () => {
      await signOut(THERE);
      expect(location.href).toBe(THERE);
      expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', reason: 'signed_out' });
    });

    it('stays here for who only signs in again', async () => {
      await signOut(THERE, '/reports');
      expect(location.href).not.toBe(THERE);
      expect(session.returnToAfterEnd()).toBe('/reports');
    });

    it.each(['javascript:alert(1)', '/somewhere#signed-out-there', ''])(
      'goes to an absolute address and to nothing else: %j',
      async (redirect) => {
        await signOut(redirect);
        expect(location.href).not.toContain('signed-out-there');
      },
    );
  });

  it('does not pretend to have signed out when the server was not reached', async () => {
    await signIn();
    const leaving = expect(session.signOut()).rejects.toBeTruthy();
    http.expectOne('/api/auth/logout').error(new ProgressEvent('error'));
    await leaving;
    expect(session.signedIn()).toBe(true);
  });

  it.each([
    ['idle', 600, 43_200],
    ['max_age', 600, 600],
  ])('that has run out says so: %s', async (reason, idle, max) => {
    await signIn(sessionView('signedIn', { idle, max }));
    await vi.advanceTimersByTimeAsync(600_000);
    await answer(sessionView('anonymous'));
    expect(session.endReason()).toBe(reason);
  });

  it('that was ended by somebody else asks for the reason', async () => {
    await signIn();
    const asked = session.refresh();
    http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
    await settle();
    http
      .expectOne('/api/auth/me')
      .flush(
        { code: 'session_ended', reason: 'revoked' },
        { status: 401, statusText: 'Unauthorized' },
      );
    await asked;
    expect(session.endReason()).toBe('revoked');
  });

  it('says that a sign-in was not finished when its second step has run out', async () => {
    session.apply(sessionView('awaitingSecondFactor'));
    await answer(sessionView('anonymous'));
    expect(session.endReason()).toBe('sign_in_expired');
  });

  it('does not end because the server cannot be reached', async () => {
    await signIn();
    const asked = expect(session.refresh()).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').flush('', { status: 503, statusText: 'Unavailable' });
    await asked;
    expect(session.signedIn()).toBe(true);
    expect(session.unreachable()).toBe(true);
    await answer(sessionView('signedIn'));
    expect(session.unreachable()).toBe(false);
  });

  it('asks one question for several askers', async () => {
    const both = Promise.all([session.refresh(), session.refresh()]);
    http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
    await both;
  });

  it('hides what the page shows while it is confirmed after a long absence', async () => {
    await signIn();
    const confirmed = session.confirm(true);
    expect(session.needsConfirmation()).toBe(true);
    http.expectOne('/api/auth/session').flush(sessionView('signedIn'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(false);
  });

  it('keeps it hidden when the time is up and nobody answers', async () => {
    await signIn(sessionView('signedIn', { idle: 600 }));
    await vi.advanceTimersByTimeAsync(700_000);
    const confirmed = expect(session.confirm(false)).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(true);
  });

  it('shows it again when nobody answers but the time is not up', async () => {
    await signIn();
    const confirmed = expect(session.confirm(true)).rejects.toBeTruthy();
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await confirmed;
    expect(session.needsConfirmation()).toBe(false);
  });
});
