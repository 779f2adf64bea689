import { TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import { FakeTabs } from '../spec/fakes';
import { Keeper } from './keeper';
import { Tabs } from './tabs';

describe('the keeper', () => {
  let session: TestSession;
  let keeper: Keeper;
  let extend: ReturnType<typeof vi.spyOn>;
  const tabs = new FakeTabs();

  async function act(): Promise<void> {
    TestBed.tick();
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(120_000);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [provideVestibuleTesting(), { provide: Tabs, useValue: tabs }, Keeper],
    });
    session = TestBed.inject(TestSession);
    extend = vi.spyOn(session, 'extend');
    keeper = TestBed.inject(Keeper);
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
    keeper.resting.set(true);
    await act();
    expect(extend).not.toHaveBeenCalled();
  });

  it('leaves it to the tab that has just pinged', async () => {
    session.signIn();
    TestBed.tick();
    window.dispatchEvent(new Event('pointermove'));
    tabs.hear({ type: 'extended', expiresAt: Date.now() + 600_000, endsAt: Date.now() + 900_000 });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(extend).not.toHaveBeenCalled();
  });
});
