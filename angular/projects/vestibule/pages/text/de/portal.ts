import type { portal as english } from '../en/portal';

export const portal: typeof english = {
  'portal.skip': 'Zum Inhalt springen',
  'portal.home': (brand) => `${brand}, Startseite`,
  'portal.signOut': 'Abmelden',
  'portal.signingOut': 'Sie werden abgemeldet …',
  'portal.unreachable': 'Der Server ist nicht erreichbar. Neuer Versuch …',
  'portal.checking': 'Es wird geprüft, ob Sie noch angemeldet sind …',
  'portal.support': 'Hilfe und Kontakt',
  'preferences.language': 'Sprache',
  'preferences.theme': 'Farben',
  'theme.system': 'Wie das System',
  'theme.light': 'Hell',
  'theme.dark': 'Dunkel',
  'loadFailed.title': 'Die Seite konnte nicht geladen werden',
  'loadFailed.text':
    'Ein Teil dieser Seite fehlt: Die Verbindung ist fehlgeschlagen, oder eine neue Version wurde installiert.',
  'loadFailed.again':
    'Der Server ist weiterhin nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
};
