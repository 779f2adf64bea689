import { KeepAlive, pingInterval } from './keep-alive';
import { TabChannel } from './tab-channel';

const MINUTE = 60_000;

describe('KeepAlive', () => {
  let ping: ReturnType<typeof vi.fn<() => Promise<void>>>;
  let keepAlive: KeepAlive;
  const outage = new Error('outage');

  beforeEach(() => {
    vi.useFakeTimers();
    ping = vi.fn(() => Promise.resolve());
    keepAlive = new KeepAlive({
      ping,
      runExclusively: (task) => task(),
      isOutage: (error) => error === outage,
    });
  });

  afterEach(() => {
    keepAlive.stop();
    vi.useRealTimers();
  });

  it('does not ping without input', async () => {
    keepAlive.start(10 * MINUTE);
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(ping).not.toHaveBeenCalled();
  });

  it('pings once per interval during continuous input', async () => {
    keepAlive.start(10 * MINUTE);
    for (let second = 0; second < 300; second++) {
      keepAlive.recordInput();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(ping).toHaveBeenCalledTimes(4);
  });

  it('stops pinging when the input stops', async () => {
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(ping).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('pings at once when the last ping is older than the interval', async () => {
    keepAlive.start(10 * MINUTE);
    await vi.advanceTimersByTimeAsync(9 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(0);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('does not ping after stop, despite input', async () => {
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    keepAlive.stop();
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).not.toHaveBeenCalled();
  });

  it('does not ping after another tab has extended the session', async () => {
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(30_000);
    keepAlive.extendedByOtherTab();
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).not.toHaveBeenCalled();
  });

  it('does not ping if another tab extends the session while this tab waits for the lock', async () => {
    let acquireLock = (): void => undefined;
    keepAlive = new KeepAlive({
      ping,
      runExclusively: (task) =>
        new Promise((resolve) => (acquireLock = () => void task().then(resolve))),
      isOutage: () => false,
    });
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    keepAlive.extendedByOtherTab();
    acquireLock();
    expect(ping).not.toHaveBeenCalled();
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    acquireLock();
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('retries after an outage with a growing delay until it succeeds', async () => {
    ping.mockRejectedValueOnce(outage).mockRejectedValueOnce(outage);
    keepAlive.start(10 * MINUTE);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(0);
    expect(ping).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ping).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_999);
    expect(ping).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(ping).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).toHaveBeenCalledTimes(3);
  });

  it('does not retry a ping that the server has refused', async () => {
    ping.mockRejectedValueOnce(new Error('401'));
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it('does not retry when the session ends during an outage', async () => {
    ping.mockImplementationOnce(() => {
      keepAlive.stop();
      return Promise.reject(outage);
    });
    keepAlive.start(10 * MINUTE);
    keepAlive.recordInput();
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it.each([
    [10_000, 10_000 / 3],
    [20_000, 5_000],
    [10 * MINUTE, 60_250],
    [24 * 60 * MINUTE, 8_640_250],
  ])('pings an idle time of %d ms every %d ms', (idle, interval) =>
    expect(pingInterval(idle)).toBeCloseTo(interval),
  );
});

describe('TabChannel.runExclusively', () => {
  it('runs the task in one of several tabs', async () => {
    let held = false;
    const request = async (
      _name: string,
      _options: object,
      task: (lock: object | null) => Promise<void> | undefined,
    ) => {
      const free = !held;
      held = true;
      await task(free ? {} : null);
    };
    vi.stubGlobal('navigator', { locks: { request } });
    const task = vi.fn(() => Promise.resolve());
    const first = new TabChannel('keep').runExclusively(task);
    const second = new TabChannel('keep').runExclusively(task);
    await Promise.all([first, second]);
    expect(task).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });

  it('runs the task in each tab if the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    const task = vi.fn(() => Promise.resolve());
    await new TabChannel('keep').runExclusively(task);
    expect(task).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });
});
