import { Mock } from 'vitest';
import { DOCUMENT, PLATFORM_ID } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { NavigationError } from '@angular/router';
import { LoadFailure } from './load-failure';

const failed = new NavigationError(1, '/account?tab=x', new TypeError('Failed to fetch'));

describe('a page whose code cannot be loaded', () => {
  let state: unknown;
  let replaceState: ReturnType<typeof vi.fn>;
  let reload: ReturnType<typeof vi.fn>;
  let fetchPage: Mock<() => Promise<{ ok: boolean }>>;
  let failure: LoadFailure;

  function open(history: unknown, server: () => Promise<{ ok: boolean }>): void {
    state = history;
    replaceState = vi.fn((next: unknown) => (state = next));
    reload = vi.fn();
    fetchPage = vi.fn(server);
    const window = {
      history: {
        get state() {
          return state;
        },
        replaceState,
      },
      location: { reload, pathname: '/', search: '', hash: '', href: 'https://id.corp.example/' },
      fetch: fetchPage,
      addEventListener: vi.fn(),
    };
    TestBed.configureTestingModule({
      providers: [
        { provide: PLATFORM_ID, useValue: 'browser' },
        {
          provide: DOCUMENT,
          useValue: {
            defaultView: window,
            location: window.location,
            baseURI: 'https://id.corp.example/auth/',
            querySelector: () => null,
            querySelectorAll: () => [],
          },
        },
      ],
    });
    failure = TestBed.inject(LoadFailure);
  }

  const online = () => Promise.resolve({ ok: true });
  const offline = () => Promise.reject(new TypeError('offline'));

  it('is reloaded once at the address that the user wanted', async () => {
    open(null, online);
    await failure.handle(failed);
    expect(fetchPage).toHaveBeenCalledWith('https://id.corp.example/auth/', { cache: 'no-store' });
    expect(replaceState).toHaveBeenCalledWith(
      { vestibuleReloaded: true },
      '',
      expect.stringContaining('/account?tab=x'),
    );
    expect(reload).toHaveBeenCalledTimes(1);
    expect(failure.address()).toBeNull();
  });

  it('is not reloaded a second time, so there is no loop', async () => {
    open({ vestibuleReloaded: true }, online);
    await failure.handle(failed);
    expect(reload).not.toHaveBeenCalled();
    expect(failure.address()).toContain('/account?tab=x');
  });

  const down = () => Promise.resolve({ ok: false });

  it.each(['offline', 'down'])(
    'is not reloaded while the server is %s: the browser would show its own error page',
    async (what) => {
      open(null, what === 'down' ? down : offline);
      await failure.handle(failed);
      expect(reload).not.toHaveBeenCalled();
      expect(failure.address()).not.toBeNull();
      await failure.retry();
      expect(failure.unreachable()).toBe(true);
      fetchPage.mockImplementation(online);
      await failure.retry();
      expect(reload).toHaveBeenCalledTimes(1);
    },
  );
});
