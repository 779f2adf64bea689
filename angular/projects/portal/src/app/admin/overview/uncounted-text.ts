import { isolate } from '@vestibule/angular/console';
import type { OverviewTexts } from '../text/overview';
import type { Uncounted } from './figures';
import type { Writing } from './writing';

/** Returns what the figures leave out, in the language of the page. `null`: a newer server leaves out something that has no text here. */
export function uncountedText(
  left: Uncounted,
  { uncounted }: OverviewTexts,
  { number, time }: Writing,
): string | null {
  switch (left.kind) {
    case 'users':
      return uncounted.users(number(left.counted));
    case 'sessions':
      return uncounted.sessions(number(left.read));
    case 'counters':
      return uncounted.counters(number(left.read));
    case 'logins':
      return uncounted.logins(isolate(time(left.since)));
    default:
      return null;
  }
}
