/** Longest accepted path in bytes; the server has the same limit. */
const MAX_BYTES = 8192;

/**
 * Returns the value if it is a path of this origin, otherwise `null`. Use it for every redirect target that comes from
 * outside, such as a query parameter.
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
  if (typeof value !== 'string' || new TextEncoder().encode(value).length > MAX_BYTES) return null;
  try {
    const decoded = decodeURIComponent(value);
    return isPath(value) && isPath(decoded) && !isSignInPage(decoded) ? value : null;
  } catch {
    return null;
  }
}

function isPath(text: string): boolean {
  return /^\/(?!\/)[^\\\p{Cc}]*$/u.test(text);
}

/** A redirect to the sign-in page after sign-in would be a loop. */
function isSignInPage(path: string): boolean {
  return /^\/login([/?#]|$)/.test(path);
}
