/** Longest accepted target in bytes; the server has the same limit. */
const MAX_BYTES = 8192;

/** The origins to which a user may return. */
export interface ReturnOrigins {
  /** Origin of the service. A path leads to it. */
  readonly origin: string;
  /** Path of the service: empty, or `/auth`. */
  readonly prefix: string;
  readonly allowed: readonly string[];
}

/** A path is checked alone: the origin is any. */
const ANY_ORIGIN: ReturnOrigins = { origin: 'https://vestibule.invalid', prefix: '', allowed: [] };

/**
 * Returns the value if it is a path of this origin, otherwise `null`. Use it for every redirect target that comes from
 * outside, such as a query parameter, and that must stay at this origin. `ReturnTo` also accepts allowed origins.
 *
 * The rule is the server's: exactly one leading `/`, no `\` and no control character, also after percent-decoding, at
 * most 8,192 bytes, and not the sign-in page. It prevents open redirects such as `//host`, `/\host`, `/%2Fhost` and
 * `/<tab>/host`. Paths with invalid percent-encoding are rejected too, because the Angular router cannot parse them.
 *
 * @example
 * ```ts
 * const target = returnPath(route.snapshot.queryParamMap.get('returnTo')) ?? '/';
 * await router.navigateByUrl(target);
 * ```
 */
export function returnPath(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith('/')
    ? returnTarget(value, ANY_ORIGIN)
    : null;
}

/**
 * Returns the target if it is a path of the service's origin, or an absolute URL of an allowed origin, as the browser
 * will read it; otherwise `null`. It is the rule of the server's `ReturnOrigins`.
 */
export function returnTarget(value: unknown, origins: ReturnOrigins): string | null {
  if (typeof value !== 'string' || !isShort(value)) return null;
  try {
    if (!isPlain(value) || !isPlain(decodeURIComponent(value))) return null;
    const url = new URL(value, origins.origin);
    if (isSignInPage(url, origins)) return null;
    if (value.startsWith('/')) return value;
    return isPageOf([origins.origin, ...origins.allowed], value, url) ? url.href : null;
  } catch {
    return null;
  }
}

function isShort(text: string): boolean {
  return new TextEncoder().encode(text).length <= MAX_BYTES;
}

/** Whether the text has no character that URL parsers read in different ways, and does not start with a host name. */
function isPlain(text: string): boolean {
  return /^(?!\/\/)[^\\\p{Cc}]*$/u.test(text);
}

/**
 * Compares the text, too: a spelling that only the parser turns into an allowed origin (`https:host`, `HTTPS://`, a
 * default port, user information) may be another origin for another parser.
 */
function isPageOf(allowed: readonly string[], text: string, url: URL): boolean {
  const origin = allowed.find(
    (each) => text.startsWith(each) && /^([/?#]|$)/.test(text.slice(each.length)),
  );
  return url.origin === origin && !url.username && !url.password && isShort(url.href);
}

/** A redirect to the sign-in page after sign-in would be a loop. A proxy may remove the prefix. */
function isSignInPage(url: URL, { origin, prefix }: ReturnOrigins): boolean {
  const path = decodeURIComponent(url.pathname);
  const isLogin = (text: string) => /^\/login([/?#]|$)/.test(text);
  return (
    url.origin === origin &&
    (isLogin(path) || (path.startsWith(prefix) && isLogin(path.slice(prefix.length))))
  );
}
