import { HttpErrorResponse } from '@angular/common/http';
import { firstValueFrom, throwError } from 'rxjs';
import { Attempt } from './attempt';

describe('an attempt', () => {
  const error = new HttpErrorResponse({ status: 503, error: { code: 'busy', retryAfter: 3 } });
  const fail = () => firstValueFrom(throwError(() => error));

  it('is busy until the action has finished', async () => {
    const attempt = new Attempt();
    let finish!: () => void;
    const running = attempt.run(() => new Promise<void>((resolve) => (finish = resolve)));
    expect(attempt.busy()).toBe(true);
    finish();
    await running;
    expect(attempt.busy()).toBe(false);
    expect(attempt.failure()).toBeNull();
  });

  it('does not run a second action while it is busy', async () => {
    const attempt = new Attempt();
    let finish!: () => void;
    const running = attempt.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = vi.fn(() => Promise.resolve());
    await attempt.run(second);
    finish();
    await running;
    expect(second).not.toHaveBeenCalled();
  });

  it('waits until the server accepts another attempt', async () => {
    vi.useFakeTimers();
    const attempt = new Attempt();
    await attempt.run(fail);
    expect(attempt.waiting()).toBe(true);
    vi.advanceTimersByTime(2_999);
    expect(attempt.waiting()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(attempt.waiting()).toBe(false);
    expect(attempt.failure()).not.toBeNull();
    vi.useRealTimers();
  });

  it('does not wait after the failure was removed, or replaced by another one', async () => {
    const attempt = new Attempt();
    await attempt.run(fail);
    attempt.failure.set(null);
    expect(attempt.waiting()).toBe(false);
    await attempt.run(() =>
      firstValueFrom(throwError(() => new HttpErrorResponse({ status: 400 }))),
    );
    expect(attempt.waiting()).toBe(false);
  });

  it('keeps the failure until the next run', async () => {
    const attempt = new Attempt();
    await attempt.run(fail);
    expect(attempt.failure()).toMatchObject({ code: 'busy', retryAfter: 3 });
    expect(attempt.busy()).toBe(false);
    await attempt.run(() => Promise.resolve());
    expect(attempt.failure()).toBeNull();
  });
});
