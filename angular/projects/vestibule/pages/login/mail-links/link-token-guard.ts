import { inject } from '@angular/core';
import { CanActivateFn, RedirectCommand, Router } from '@angular/router';

/**
 * Takes the token of a link out of the URL before the page opens: the history, a bookmark and a return target must not
 * contain it. It is in the fragment, which no browser sends to a server. It must be the first guard of a route, so that
 * the address does not stay visible while others wait. `injectLinkToken` returns it to the page.
 */
export const linkTokenGuard: CanActivateFn = (_route, state) => {
  const url = inject(Router).parseUrl(state.url);
  const token = new URLSearchParams(url.fragment ?? '').get('token');
  url.fragment = null;
  if (!token) return true;
  return new RedirectCommand(url, {
    replaceUrl: true,
    // Unlike `state`, it is not stored in the history.
    info: { token },
    // The page may be open already, from another link.
    onSameUrlNavigation: 'reload',
  });
};
