import { isolate, pluralIn } from '@vestibule/angular/console';
import type { SessionsTexts } from '../sessions';

const plural = pluralIn('de');

const german: SessionsTexts = {
  title: 'Sitzungen',
  provider: 'Angemeldet mit',
  caption: 'Sitzungen aller Benutzer',
  none: 'Keine Sitzung passt.',
  count: (count) =>
    plural(count, { one: 'Eine Sitzung auf dieser Seite', other: '# Sitzungen auf dieser Seite' }),
  user: 'Benutzer',
  device: 'Gerät',
  method: 'Angemeldet mit',
  network: 'Netzwerkadresse',
  lastSeen: 'Zuletzt aktiv',
  started: 'Begonnen',
  act: 'Aktion',
  end: 'Beenden',
  endNamed: (user, device) => `Sitzung von ${isolate(user)} in ${isolate(device)} beenden`,
  consequences:
    'Dieser Browser muss sich neu anmelden. Nicht gespeicherte Eingaben dort können verloren gehen.',
  ended: 'Die Sitzung wurde beendet.',
  current: 'diese Sitzung',
};

export default german;
