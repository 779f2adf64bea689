/**
 * A path of this origin to go to after sign-in, or `null`. The same rule as the server's: exactly one
 * leading `/`, no `\` and no control character, and the same once percent-decoded. Anything else could
 * name another host (open redirect): `//host`, `/\host`, `/%2Fhost`, `/<tab>/host`.
 */
export function returnPath(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  try {
    return isPath(value) && isPath(decodeURIComponent(value)) ? value : null;
  } catch {
    return null;
  }
}

function isPath(text: string): boolean {
  return /^\/(?!\/)[^\\\u0000-\u001f\u007f]*$/.test(text);
}
