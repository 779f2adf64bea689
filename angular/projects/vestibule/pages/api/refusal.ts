import type { TextKey, Translate } from '../text/texts';

/** Returns what happened and what to do next after `/login?error=CODE`. A user can write any code into the URL. */
export function refusalText(text: Translate, code: string | null, signedIn = false): string {
  const own = signedIn ? text(`refusalSignedIn.${code ?? ''}` as TextKey) : '';
  return own || text(`refusal.${code ?? ''}` as TextKey) || text('refusal.other');
}
