import { TabChannel } from './tab-channel';

/** Web Locks of one browser. jsdom has none. */
class Locks {
  readonly #queues = new Map<string, Promise<unknown>>();

  async request(
    name: string,
    { signal }: LockOptions,
    task: (lock: object) => Promise<unknown>,
  ): Promise<unknown> {
    const before = this.#queues.get(name) ?? Promise.resolve();
    const aborted = new Promise<never>((_resolve, reject) => {
      const fail = () => reject(new DOMException('aborted', 'AbortError'));
      signal?.addEventListener('abort', fail);
    });
    let free: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (free = resolve));
    this.#queues.set(
      name,
      before.then(() => done),
    );
    try {
      await Promise.race([before, aborted]);
      return await task({});
    } finally {
      free();
    }
  }
}

describe('TabChannel', () => {
  let opened: TabChannel[];
  let name = 0;

  function openTabs(count: number): TabChannel[] {
    name += 1;
    const tabs = Array.from({ length: count }, () => new TabChannel(`test-${name}`));
    opened.push(...tabs);
    return tabs;
  }

  function provideLocks(locks: unknown): void {
    vi.stubGlobal('navigator', { locks });
  }

  beforeEach(() => (opened = []));

  afterEach(() => {
    for (const tab of opened) tab.close();
    vi.unstubAllGlobals();
  });

  it('sends one request for ten tabs that ask at the same time', async () => {
    provideLocks(new Locks());
    let requests = 0;
    const ask = async () => {
      requests += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return `answer ${requests}`;
    };
    const answers = await Promise.all(openTabs(10).map((tab) => tab.share('session', ask)));
    expect(requests).toBe(1);
    expect(new Set(answers)).toEqual(new Set(['answer 1']));
  });

  it('ignores the answer to a request that was sent before the call', async () => {
    provideLocks(new Locks());
    const [older, newer] = openTabs(2) as [TabChannel, TabChannel];
    let respond: (answer: string) => void = () => undefined;
    const first = older.share(
      'session',
      () => new Promise<string>((resolve) => (respond = resolve)),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    const second = newer.share('session', () => Promise.resolve('grace'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    respond('ada');
    expect(await first).toBe('ada');
    expect(await second).toBe('grace');
  });

  it('sends a request of its own after the request of another tab has failed', async () => {
    provideLocks(new Locks());
    const [first, second] = openTabs(2) as [TabChannel, TabChannel];
    const failed = expect(first.share('session', () => Promise.reject(new Error('503')))).rejects;
    const answered = second.share('session', () => Promise.resolve('ada'));
    await failed.toThrow('503');
    expect(await answered).toBe('ada');
  });

  it.each([
    ['missing', undefined],
    ['refused', { request: () => Promise.reject(new DOMException('', 'SecurityError')) }],
    [
      'refused at once',
      {
        request: () => {
          throw new DOMException('', 'SecurityError');
        },
      },
    ],
  ])('keeps the session although locks are %s', async (_name, locks) => {
    provideLocks(locks);
    const [tab] = openTabs(1) as [TabChannel];
    const ping = vi.fn(() => Promise.resolve());
    await tab.runExclusively(ping);
    await tab.runExclusively(ping);
    expect(ping).toHaveBeenCalledTimes(2);
    expect(await tab.share('session', () => Promise.resolve('ada'))).toBe('ada');
  });

  it('repeats no task that failed with the lock', async () => {
    provideLocks(new Locks());
    const [tab] = openTabs(1) as [TabChannel];
    const ping = vi.fn(() => Promise.reject(new Error('401')));
    await expect(tab.runExclusively(ping)).rejects.toThrow('401');
    expect(ping).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['missing', undefined],
    [
      'refused',
      function () {
        throw new DOMException('', 'SecurityError');
      },
    ],
  ])('works alone when the channel is %s', async (_name, channel) => {
    provideLocks(new Locks());
    vi.stubGlobal('BroadcastChannel', channel);
    const [tab] = openTabs(1) as [TabChannel];
    tab.listen(() => undefined);
    tab.send({ type: 'signed-in' });
    expect(await tab.share('session', () => Promise.resolve('ada'))).toBe('ada');
    await tab.runExclusively(() => Promise.resolve());
    tab.close();
  });

  it('sends nothing after it was closed, without an error', () => {
    const [tab] = openTabs(1) as [TabChannel];
    tab.close();
    expect(() => tab.send({ type: 'signed-in' })).not.toThrow();
  });
});
