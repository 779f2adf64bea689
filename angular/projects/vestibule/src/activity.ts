/**
 * Calls `act` on signs of a person: pointer, key, wheel, touch. Not `scroll`: a page that scrolls itself is
 * nobody, and people scroll with one of the others.
 */
export function listenForInput(target: EventTarget, act: () => void): () => void {
  const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'];
  const hear = () => act();
  for (const sign of signs) target.addEventListener(sign, hear, { passive: true, capture: true });
  return () => {
    for (const sign of signs) target.removeEventListener(sign, hear, { capture: true });
  };
}

/** Calls `act` when the page is looked at again. */
export function listenForVisible(document: Document, act: () => void): () => void {
  const hear = () => {
    if (document.visibilityState === 'visible') act();
  };
  document.addEventListener('visibilitychange', hear);
  return () => document.removeEventListener('visibilitychange', hear);
}

/**
 * Calls `wake` with the milliseconds away when the page is looked at again: shown, thawed from the
 * back-forward cache (`Infinity`: it may be from before a sign-out), online again, or after a sleep, which
 * shows as a clock that jumped.
 */
export function listenForResume(window: Window, wake: (away: number) => void): () => void {
  const { document } = window;
  let hiddenSince = document.visibilityState === 'hidden' ? Date.now() : 0;
  let lastTick = Date.now();

  const onVisibility = () => {
    if (document.visibilityState === 'hidden') {
      hiddenSince = Date.now();
    } else if (hiddenSince > 0) {
      wake(Date.now() - hiddenSince);
      hiddenSince = 0;
    }
  };
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) wake(Number.POSITIVE_INFINITY);
  };
  const onOnline = () => wake(0);
  const ticker = window.setInterval(() => {
    const gap = Date.now() - lastTick;
    lastTick = Date.now();
    if (gap > 10_000 && document.visibilityState === 'visible') wake(gap);
  }, 2_000);

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
