/** Longest path that is kept, in bytes. */
const MAX = 2048;

/**
 * A path of this origin to go to after sign-in, or `null`. The same rule as the server's: exactly one leading `/`,
 * no `\` and no control character, and the same once percent-decoded; not the sign-in page, and no more than 2,048
 * bytes. Anything else could name another host (open redirect): `//host`, `/\host`, `/%2Fhost`, `/<tab>/host`.
 * What does not decode is refused besides: the router could not read it.
 */
export function returnPath(value: unknown): string | null {
  if (typeof value !== 'string' || new TextEncoder().encode(value).length > MAX) return null;
  try {
    const decoded = decodeURIComponent(value);
    return isPath(value) && isPath(decoded) && !/^\/login([/?#]|$)/.test(decoded) ? value : null;
  } catch {
    return null;
  }
}

function isPath(text: string): boolean {
  return /^\/(?!\/)[^\\\p{Cc}]*$/u.test(text);
}
