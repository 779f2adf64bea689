import { Router } from '@angular/router';

/**
 * Query parameters that the app adds to the URL a provider returns to. `linked` says what happened at the provider. A user
 * can write it into a URL, so the parameter alone triggers no action.
 */
export const RETURN_PARAMS = { linked: 'linked' } as const;

const NO_RETURN_PARAMS = Object.fromEntries(
  Object.values(RETURN_PARAMS).map((name) => [name, null]),
);

/** Returns the URL with these query parameters set; a parameter that is `null` is removed. */
export function urlWithParams(
  router: Router,
  params: Readonly<Record<string, string | null>>,
  url = router.url,
): string {
  const tree = router.parseUrl(url);
  const all: [string, unknown][] = Object.entries({ ...tree.queryParams, ...params });
  tree.queryParams = Object.fromEntries(all.filter(([, value]) => value !== null));
  return router.serializeUrl(tree);
}

/** Returns the URL without the parameters above. */
export function urlWithoutReturnParams(router: Router, url = router.url): string {
  return urlWithParams(router, NO_RETURN_PARAMS, url);
}

/** Returns the query parameters of the current page. */
export function returnParamsOf(router: Router): URLSearchParams {
  return new URLSearchParams(router.parseUrl(router.url).queryParams);
}
