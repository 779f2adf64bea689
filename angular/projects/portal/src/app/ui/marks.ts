import { Router } from '@angular/router';

/**
 * Query parameters with which somebody comes back from a provider: what was connected there, or that it has asked
 * who they are, and what was begun before. Anybody can write them: nothing is done for them alone.
 */
export const MARKS = {
  connected: 'connected',
  proven: 'proven',
  connecting: 'connect',
  disconnecting: 'disconnect',
} as const;

const NONE = Object.fromEntries(Object.values(MARKS).map((mark) => [mark, null]));

/** The address with these query parameters, and without those that are `null`; all others stay. */
export function addressWith(
  router: Router,
  marks: Readonly<Record<string, string | null>>,
  url = router.url,
): string {
  const address = router.parseUrl(url);
  const all: [string, unknown][] = Object.entries({ ...address.queryParams, ...marks });
  address.queryParams = Object.fromEntries(all.filter(([, value]) => value !== null));
  return router.serializeUrl(address);
}

/** The address as it is when nobody comes back with anything. */
export function withoutMarks(router: Router, url = router.url): string {
  return addressWith(router, NONE, url);
}

/** What the query of the page's address says. */
export function marksOf(router: Router): URLSearchParams {
  return new URLSearchParams(router.parseUrl(router.url).queryParams);
}
