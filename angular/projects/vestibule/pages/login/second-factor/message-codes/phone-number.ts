/**
 * Returns a phone number as the service stores it: `+` and at most 15 digits (E.164), without blanks and signs between them.
 * `null`: the text is not an international number.
 */
export function phoneNumber(text: string): string | null {
  const compact = text
    // Digits of Arabic and Persian keyboards.
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/[\s\p{Pd}\p{Cf}().\/]/gu, '')
    .replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(compact) ? compact : null;
}
