/** LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9). */
const [START, END] = ['\u2066', '\u2069'];

/**
 * Returns a masked address or number for use inside a text. A number has no letter, so its direction is given: in an Arabic
 * sentence, it would begin with its end. A line does not end inside it, for example after the `…`.
 */
export function masked(to: string): string {
  return START + to.replaceAll(' ', '\u00a0').replace('…', '…\u2060') + END;
}
