import { Signal, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';

/** Returns the token of the link that opened the calling page. A second link on the same page replaces it. */
export function injectLinkToken(): Signal<string | null> {
  const router = inject(Router);
  const token = signal(tokenOf(router));
  router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
    const next = event instanceof NavigationEnd ? tokenOf(router) : null;
    if (next !== null) token.set(next);
  });
  return token.asReadonly();
}

/** Returns the token that `linkTokenGuard` took out of the URL. */
function tokenOf(router: Router): string | null {
  const info = router.currentNavigation()?.extras.info as { readonly token?: unknown } | undefined;
  return typeof info?.token === 'string' ? info.token : null;
}
