import { isolate } from './isolate';

/** Returns a masked address or number for use inside a text. A line does not end inside it, for example after the `…`. */
export function masked(to: string): string {
  return isolate(to.replaceAll(' ', '\u00a0').replace('…', '…\u2060'));
}
