import { HttpErrorResponse } from '@angular/common/http';
import { firstValueFrom, of, throwError } from 'rxjs';
import { TestLogin } from './provider';
import { TestLoginRun } from './test-login-run';

const START = Date.parse('2026-11-26T20:00:00Z');
const started = {
  id: 't1',
  url: 'https://idp.example/authorize',
  expiresAt: '2026-11-26T20:10:00Z',
};
const waiting: TestLogin = {
  state: 'waiting',
  problem: null,
  checks: [],
  idToken: null,
  userinfo: null,
  explanation: null,
};

describe('a test login', () => {
  let result: TestLogin | Error | HttpErrorResponse;
  let tab: {
    closed: boolean;
    opener: unknown;
    close: () => void;
    location: { replace: () => void };
  };
  let hasTab: boolean;
  let start: () => Promise<typeof started>;

  const newRun = () =>
    new TestLoginRun({
      openTab: () => (hasTab ? (tab as unknown as Window) : null),
      start: () => start(),
      result: () => firstValueFrom('state' in result ? of(result) : throwError(() => result)),
      now: () => Date.now(),
    });
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

  beforeEach(() => {
    vi.useFakeTimers({ now: START });
    [result, hasTab] = [waiting, true];
    tab = { closed: false, opener: {}, close: vi.fn(), location: { replace: vi.fn() } };
    start = () => Promise.resolve(started);
  });

  afterEach(() => vi.useRealTimers());

  it('opens the provider without access to this page, and shows the result', async () => {
    const run = newRun();
    await run.begin();
    expect(tab.location.replace).toHaveBeenCalledWith(started.url);
    expect(tab.opener).toBeNull();
    await pass(3);
    expect(run.waiting()).toBe(true);
    result = { ...waiting, state: 'done' };
    await pass(3);
    expect(run.waiting()).toBe(false);
    expect(run.answer()?.state).toBe('done');
    expect(tab.close).toHaveBeenCalled();
  });

  it('continues during an outage, also if the tab looks closed', async () => {
    const run = newRun();
    await run.begin();
    tab.closed = true;
    result = new Error('offline');
    await pass(3);
    expect(run.waiting()).toBe(true);
    result = { ...waiting, state: 'failed' };
    await pass(3);
    expect(run.answer()?.state).toBe('failed');
  });

  it('offers the URL if the browser blocked the tab', async () => {
    hasTab = false;
    const run = newRun();
    await run.begin();
    expect([run.blocked(), run.waiting(), run.started()?.url]).toEqual([true, true, started.url]);
  });

  it('expires, and can start again', async () => {
    const run = newRun();
    await run.begin();
    await pass(603);
    expect([run.waiting(), run.expired()]).toEqual([false, true]);
    await run.begin();
    expect([run.waiting(), run.expired()]).toEqual([true, false]);
    run.stop();
    expect(run.waiting()).toBe(false);
  });

  it('ends if the service no longer has it', async () => {
    const run = newRun();
    await run.begin();
    result = new HttpErrorResponse({ status: 404, error: { code: 'not_found' } });
    await pass(3);
    expect([run.waiting(), run.expired()]).toEqual([false, true]);
  });

  it('does not continue if it ended while it started', async () => {
    const run = newRun();
    const beginning = run.begin();
    run.stop();
    await beginning;
    expect(run.waiting()).toBe(false);
    expect(tab.close).toHaveBeenCalled();
    expect(tab.location.replace).not.toHaveBeenCalled();
  });

  it('closes the tab if it cannot start', async () => {
    start = () => Promise.reject(new Error('x'));
    const run = newRun();
    await run.begin();
    expect(tab.close).toHaveBeenCalled();
    expect(run.failure()).not.toBeNull();
  });

  it('never opens a script', async () => {
    start = () => Promise.resolve({ ...started, url: 'javascript:alert(1)' });
    const run = newRun();
    await run.begin();
    expect(tab.location.replace).not.toHaveBeenCalled();
    expect(run.failure()).not.toBeNull();
  });
});
