import { TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { FakeTabChannel, sessionView } from '../spec/fakes';
import { KeepAliveRunner } from './keep-alive-runner';
import { TabChannel } from './tab-channel';

describe('KeepAliveRunner', () => {
  let session: TestSession;
  let runner: KeepAliveRunner;
  let extend: ReturnType<typeof vi.spyOn>;
  const tabs = new FakeTabChannel();

  async function sendInput(): Promise<void> {
    TestBed.tick();
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(120_000);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [
        provideVestibuleTesting(),
        { provide: TabChannel, useValue: tabs },
        KeepAliveRunner,
      ],
    });
    session = TestBed.inject(TestSession);
    extend = vi.spyOn(session, 'extend');
    runner = TestBed.inject(KeepAliveRunner);
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
  });

  it('extends the session of a signed-in user who is active', async () => {
    await sendInput();
    expect(extend).not.toHaveBeenCalled();
    session.signIn();
    await sendInput();
    expect(extend).toHaveBeenCalledTimes(1);
  });

  it('stops at sign-out', async () => {
    session.signIn();
    await sendInput();
    session.end('signed_out');
    await sendInput();
    expect(extend).toHaveBeenCalledTimes(1);
  });

  it('ignores input while it is paused', async () => {
    session.signIn();
    TestBed.tick();
    runner.paused.set(true);
    await sendInput();
    expect(extend).not.toHaveBeenCalled();
  });

  it('does not ping after another tab has extended the session', async () => {
    session.signIn();
    TestBed.tick();
    window.dispatchEvent(new Event('pointermove'));
    const { expiresAt, endsAt, serverTime } = sessionView('signedIn');
    tabs.receive({
      type: 'extended',
      deadlines: { expiresAt: expiresAt!, endsAt: endsAt!, serverTime },
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(extend).not.toHaveBeenCalled();
  });
});
