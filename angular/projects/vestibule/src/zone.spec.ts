import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { NgZone } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { sessionView, testUser } from '../spec/fakes';
import { provideVestibule, vestibuleInterceptors, withKeepAlive } from './provide';
import { Session } from './session';

/** Events to which the library listens. Angular and the test environment have listeners of their own. */
const EVENTS = [
  ...['pointerdown', 'pointermove', 'wheel', 'touchstart', 'touchmove', 'message'],
  ...['visibilitychange', 'pageshow', 'online'],
];

/** Zone that knows whether its code runs inside. zone.js would start a change detection for each callback from inside. */
class WatchedZone {
  inside = true;
  readonly hasPendingMicrotasks = false;
  readonly hasPendingMacrotasks = false;
  readonly isStable = true;
  readonly onUnstable = { subscribe: () => ({ unsubscribe: () => undefined }) };
  readonly onMicrotaskEmpty = this.onUnstable;
  readonly onStable = this.onUnstable;
  readonly onError = this.onUnstable;

  run<T>(task: () => T): T {
    return this.in(true, task);
  }

  runGuarded<T>(task: () => T): T {
    return this.in(true, task);
  }

  runTask<T>(task: () => T): T {
    return this.in(true, task);
  }

  runOutsideAngular<T>(task: () => T): T {
    return this.in(false, task);
  }

  in<T>(inside: boolean, task: () => T): T {
    const before = this.inside;
    this.inside = inside;
    try {
      return task();
    } finally {
      this.inside = before;
    }
  }
}

describe('In an application with zone.js', () => {
  let zone: WatchedZone;
  let http: HttpTestingController;
  let calls: string[];
  let total: number;
  let restore: (() => void)[];

  /** Records calls of the library from inside the zone. */
  function watch(target: object, method: string): void {
    const original = Reflect.get(target, method) as (...args: unknown[]) => unknown;
    Reflect.set(target, method, function (this: unknown, ...args: unknown[]) {
      total += 1;
      const { inside } = zone;
      const [what] = args;
      const ours = typeof what === 'string' ? EVENTS.includes(what) : method !== 'addEventListener';
      if (inside && ours) calls.push(`${method} ${String(what)}`);
      // As in zone.js, a callback runs where it was registered.
      const bound = args.map((arg) =>
        typeof arg === 'function'
          ? (...values: unknown[]) =>
              zone.in(inside, () => Reflect.apply(arg, this, values) as unknown)
          : arg,
      );
      return original.apply(this, bound);
    });
    restore.push(() => Reflect.set(target, method, original));
  }

  beforeEach(() => {
    vi.useFakeTimers();
    document.cookie = 'XSRF-TOKEN=token';
    zone = new WatchedZone();
    calls = [];
    total = 0;
    restore = [];
    TestBed.configureTestingModule({
      providers: [
        { provide: NgZone, useValue: zone },
        provideRouter([]),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(withKeepAlive()),
      ],
    });
    for (const method of ['setTimeout', 'setInterval', 'addEventListener']) watch(window, method);
    watch(document, 'addEventListener');
    watch(BroadcastChannel.prototype, 'addEventListener');
  });

  afterEach(() => {
    TestBed.resetTestingModule();
    for (const each of restore) each();
    vi.useRealTimers();
  });

  async function settle(): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(1);
    TestBed.tick();
  }

  it('no timer and no listener of the library is inside the zone', async () => {
    http = TestBed.inject(HttpTestingController);
    const session = TestBed.inject(Session);
    await settle();
    http.expectOne('/api/auth/session').error(new ProgressEvent('error'));
    await settle();
    await vi.advanceTimersByTimeAsync(1_000);
    http.expectOne('/api/auth/session').flush(sessionView('signedIn'));
    await settle();
    http.expectOne('/api/auth/me').flush(testUser());
    await settle();
    for (let move = 0; move < 200; move++) window.dispatchEvent(new Event('pointermove'));
    expect(session.secondsLeft()).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(70_000);
    http.expectOne('/api/auth/keep-alive');
    expect(total).toBeGreaterThan(10);
    expect(calls).toEqual([]);
  });
});
