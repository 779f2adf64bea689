import { DOCUMENT, DestroyRef, inject } from '@angular/core';
import {
  Event,
  NavigationCancel,
  NavigationCancellationCode,
  NavigationError,
  Router,
} from '@angular/router';

/**
 * Returns a function that resolves when the user has left the page of the calling component, or when the navigation has
 * failed. A form that waits for it stays busy until then: a second submit would start a second sign-in. A full
 * navigation unloads the page, so the promise then stays pending, until the browser restores the page from its cache.
 */
export function injectPageLeft(): () => Promise<void> {
  const destroyed = inject(DestroyRef);
  const router = inject(Router);
  const window = inject(DOCUMENT).defaultView;
  return () =>
    new Promise((resolve) => {
      if (destroyed.destroyed) {
        resolve();
        return;
      }
      const events = router.events.subscribe((event) => {
        if (event instanceof NavigationError || isRefused(event)) stop();
      });
      const restored = (event: PageTransitionEvent) => event.persisted && stop();
      window?.addEventListener('pageshow', restored);
      const forget = destroyed.onDestroy(stop);
      function stop() {
        events.unsubscribe();
        window?.removeEventListener('pageshow', restored);
        if (!destroyed.destroyed) forget();
        resolve();
      }
    });
}

/** Whether no other navigation follows the canceled one. */
function isRefused(event: Event): boolean {
  return (
    event instanceof NavigationCancel &&
    event.code !== NavigationCancellationCode.Redirect &&
    event.code !== NavigationCancellationCode.SupersededByNewNavigation
  );
}
