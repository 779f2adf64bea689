/** FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9). */
const [START, END] = ['\u2068', '\u2069'];

/**
 * Isolates a name or an address in a text, as `<bdi>` does: a Latin address in an Arabic sentence must not reorder the
 * punctuation around it.
 */
export function isolate(value: string): string {
  return `${START}${value}${END}`;
}
