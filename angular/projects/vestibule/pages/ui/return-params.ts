import { Router } from '@angular/router';

/**
 * Query parameters that the app adds to the URL a provider returns to. `linked` and `reauthenticated` say what happened
 * at the provider, `link` and `unlink` which action the user had started. A user can write any of them into a URL, so
 * no parameter alone triggers an action.
 */
export const RETURN_PARAMS = {
  linked: 'linked',
  reauthenticated: 'reauthenticated',
  link: 'link',
  unlink: 'unlink',
} as const;

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
