// Not in format.ts: the first view needs this function alone, and the bundler splits by file.

/** Returns `42 s`, `2 min 5 s` or `3 h 40 min`. */
export function formatDuration(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return seconds >= 90 ? `${minutes} min ${rest} s` : `${seconds} s`;
}
