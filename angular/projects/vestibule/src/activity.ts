import { MachineClock } from './machine-clock';

/** Events that only a user causes. Scripts scroll pages too, and a user scrolls with one of these events. */
const INPUT_EVENTS = [
  'pointerdown',
  'pointermove',
  'keydown',
  'wheel',
  'touchstart',
  'touchmove',
] as const;

const TICK = 2_000;
/** A timer that is later than this shows that the device slept. */
const SLEEP_MIN = 10_000;

/** Calls the listener for input of the user. Returns a function that stops it. */
export function listenForInput(target: EventTarget, onInput: () => void): () => void {
  const listener = () => onInput();
  for (const name of INPUT_EVENTS) {
    target.addEventListener(name, listener, { passive: true, capture: true });
  }
  return () => {
    for (const name of INPUT_EVENTS) target.removeEventListener(name, listener, { capture: true });
  };
}

/** Calls the listener when the page becomes visible. Returns a function that stops it. */
export function listenForVisible(document: Document, onVisible: () => void): () => void {
  const listener = () => {
    if (document.visibilityState === 'visible') onVisible();
  };
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/**
 * Calls the listener when the page may have missed a change: after it was hidden, after sleep, when the browser is
 * online again, and when the page comes from the back-forward cache. `absence` is in milliseconds. It is `Infinity` for
 * the back-forward cache, because the page may be older than a sign-out. Returns a function that stops it.
 */
export function listenForResume(window: Window, onResume: (absence: number) => void): () => void {
  const { document } = window;
  const clock = new MachineClock();
  let hiddenSince = document.visibilityState === 'hidden' ? clock.now() : 0;
  let lastTick = clock.now();

  const onVisibility = () => {
    if (document.visibilityState === 'hidden') {
      hiddenSince = clock.now();
    } else if (hiddenSince > 0) {
      onResume(clock.now() - hiddenSince);
      hiddenSince = 0;
    }
  };
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) onResume(Number.POSITIVE_INFINITY);
  };
  const onOnline = () => onResume(0);
  const ticker = window.setInterval(() => {
    const gap = clock.now() - lastTick;
    lastTick = clock.now();
    if (gap > SLEEP_MIN && document.visibilityState === 'visible') onResume(gap);
  }, TICK);

  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pageshow', onPageShow);
  window.addEventListener('online', onOnline);
  return () => {
    window.clearInterval(ticker);
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('pageshow', onPageShow);
    window.removeEventListener('online', onOnline);
  };
}
