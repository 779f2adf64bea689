/** Returns the value of an `<input type="datetime-local">` for a time of the API, in the time zone of the browser. */
export function toLocal(time: string | undefined): string {
  const at = new Date(time ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  // The keyboard enters a year digit by digit: the year 2 comes before 2026.
  const year = String(at.getFullYear()).padStart(4, '0');
  const date = [year, two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Returns the time of the API for the value of an `<input type="datetime-local">`, or `''`. */
export function fromLocal(value: string): string {
  const at = new Date(value);
  return value === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
