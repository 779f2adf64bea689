import { isolate, pluralIn } from '@vestibule/angular/console';
import type { SessionsTexts } from '../sessions';

const plural = pluralIn('en');

const english: SessionsTexts = {
  title: 'Sessions',
  provider: 'Signed in with',
  caption: 'Sessions of all users',
  none: 'No session matches.',
  count: (count) =>
    plural(count, { one: 'One session on this page', other: '# sessions on this page' }),
  user: 'User',
  device: 'Device',
  method: 'Signed in with',
  network: 'Network address',
  lastSeen: 'Last active',
  started: 'Started',
  act: 'Action',
  end: 'End',
  endNamed: (user, device) => `End the session of ${isolate(user)} in ${isolate(device)}`,
  consequences: 'That browser must sign in again. Unsaved input there may be lost.',
  ended: 'The session has ended.',
  current: 'this session',
};

export default english;
