import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { FakeTabChannel, sessionView, testUser } from '../spec/fakes';
import { vestibuleInterceptors } from './provide';
import { ServerEvents } from './server-events';
import { serverEventsContext } from './server-events-context';
import { Session } from './session';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** Stream of the server. jsdom has no EventSource. */
class Stream extends EventTarget {
  static readonly all: Stream[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;

  constructor(
    readonly url: string,
    readonly options: EventSourceInit,
  ) {
    super();
    Stream.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  send(type: string, data: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

describe('withServerEvents', () => {
  let session: Session;
  let store: SessionStore;
  let http: HttpTestingController;
  let tabs: FakeTabChannel;
  let visibility: DocumentVisibilityState;

  const open = () => Stream.all.filter((stream) => !stream.closed);

  async function settle(milliseconds = 0): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(milliseconds);
    TestBed.tick();
  }

  async function signIn(view = sessionView('signedIn', { idle: 600 })): Promise<Stream> {
    session.apply(view);
    await settle();
    for (const me of http.match('/api/auth/me')) me.flush(testUser({ session: view }));
    await settle();
    return open()[0]!;
  }

  async function answerSession(state: 'anonymous' | 'signedIn', max = 43_200): Promise<void> {
    http.expectOne('/api/auth/session').flush(sessionView(state, { max }));
    await settle();
  }

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Stream);
    Stream.all.length = 0;
    visibility = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
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
    store = TestBed.inject(SessionStore);
    http = TestBed.inject(HttpTestingController);
    TestBed.runInInjectionContext(() => new ServerEvents(serverEventsContext()));
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('opens the stream with the cookie after the sign-in, and closes it at the end', async () => {
    await settle();
    expect(Stream.all).toEqual([]);
    const stream = await signIn();
    expect(stream.url).toBe('/api/auth/events');
    expect(stream.options).toEqual({ withCredentials: true });
    store.end('signed_out');
    await settle();
    expect(open()).toEqual([]);
  });

  it('shows the end with its reason and informs the other tabs', async () => {
    const stream = await signIn();
    const ended = store.id();
    stream.send('session-ended', { reason: 'revoked' });
    await answerSession('anonymous');
    expect(session.endReason()).toBe('revoked');
    expect(tabs.sent.at(-1)).toEqual({ type: 'signed-out', session: ended, reason: 'revoked' });
    expect(open()).toEqual([]);
  });

  it('shows the end although a replica has not seen it, or does not respond', async () => {
    const view = sessionView('signedIn');
    const stream = await signIn(view);
    stream.send('session-ended', { reason: 'user_disabled' });
    http.expectOne('/api/auth/session').flush(view);
    await settle();
    expect(session.endReason()).toBe('user_disabled');
    const next = await signIn(view);
    next.send('session-ended', { reason: 'no such reason' });
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await settle();
    expect(session.signedIn()).toBe(false);
    expect(session.endReason()).toBeNull();
  });

  it('keeps a newer session when the session of the stream ends', async () => {
    const stream = await signIn();
    stream.send('session-ended', { reason: 'signed_out' });
    await answerSession('signedIn', 7_200);
    expect(session.signedIn()).toBe(true);
  });

  it('applies a deadline that another device has extended', async () => {
    const stream = await signIn();
    const { expiresAt } = sessionView('signedIn', { idle: 900 });
    stream.send('session-extended', { expiresAt, endsAt: store.id() });
    expect(session.secondsLeft()).toBe(900);
    expect(tabs.sent.at(-1)?.type).toBe('extended');
  });

  it.each([
    '{"expiresAt":1}',
    'null',
    'x',
    '{"expiresAt":"2030-01-01T00:00:00Z","endsAt":"other"}',
  ])('ignores the event %s', async (data) => {
    const stream = await signIn();
    stream.dispatchEvent(new MessageEvent('session-extended', { data }));
    expect(session.secondsLeft()).toBe(600);
  });

  it('opens the stream again with a growing delay, after a look at the session', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const view = sessionView('signedIn');
    const first = await signIn(view);
    for (const wait of [2_000, 4_000, 8_000]) {
      open()[0]!.onerror!();
      await settle(wait - 1);
      http.expectNone('/api/auth/session');
      await settle(1);
      http.expectOne('/api/auth/session').flush(view);
      await settle();
      expect(open().length).toBe(1);
    }
    expect(open()[0]).not.toBe(first);
    open()[0]!.onopen!();
    open()[0]!.onerror!();
    await settle(1_000);
    http.expectOne('/api/auth/session').flush(sessionView('anonymous'));
    await settle();
    for (const me of http.match('/api/auth/me')) {
      me.flush({ code: 'session_ended', reason: 'idle' }, { status: 401, statusText: '' });
    }
    await settle(60_000);
    expect(open()).toEqual([]);
    expect(session.endReason()).toBe('idle');
  });

  it('opens a new stream after a new sign-in', async () => {
    const first = await signIn();
    const second = await signIn(sessionView('signedIn', { max: 7_200 }));
    expect(first.closed).toBe(true);
    expect(second).not.toBe(first);
    expect(open().length).toBe(1);
  });

  it('without Web Locks, closes the stream of a tab that is hidden for long', async () => {
    await signIn();
    visibility = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    await settle(59_000);
    expect(open().length).toBe(1);
    await settle(1_000);
    expect(open()).toEqual([]);
    visibility = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(open().length).toBe(1);
  });
});
