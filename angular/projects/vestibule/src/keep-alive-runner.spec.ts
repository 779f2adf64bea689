import { TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import { FakeTabChannel } from '../spec/fakes';
import { KeepAliveRunner } from './keep-alive-runner';
import { TabChannel } from './tab-channel';

describe('the keep-alive runner', () => {
  let session: TestSession;
  let keepAliveRunner: KeepAliveRunner;
  let extend: ReturnType<typeof vi.spyOn>;
  const tabs = new FakeTabChannel();

  async function act(): Promise<void> {
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
    keepAliveRunner = TestBed.inject(KeepAliveRunner);
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    vi.useRealTimers();
  });

  it('keeps the session of who is signed in and does something', async () => {
    await act();
    expect(extend).not.toHaveBeenCalled();
    session.signIn();
    await act();
    expect(extend).toHaveBeenCalledTimes(1);
  });

  it('stops at sign-out', async () => {
    session.signIn();
    await act();
    session.end('signed_out');
    await act();
    expect(extend).toHaveBeenCalledTimes(1);
  });

  it('lets only a click count while the person is asked', async () => {
    session.signIn();
    TestBed.tick();
    keepAliveRunner.paused.set(true);
    await act();
    expect(extend).not.toHaveBeenCalled();
  });

  it('leaves it to the tab that has just pinged', async () => {
    session.signIn();
    TestBed.tick();
    window.dispatchEvent(new Event('pointermove'));
    tabs.receive({
      type: 'extended',
      expiresAt: Date.now() + 600_000,
      endsAt: Date.now() + 900_000,
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(extend).not.toHaveBeenCalled();
  });
});
