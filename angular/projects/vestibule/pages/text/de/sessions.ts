import type { sessions as english } from '../en/sessions';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const sessions: typeof english = {
  'sessions.list': 'Wo Sie angemeldet sind',
  'sessions.help':
    'Beenden Sie eine Sitzung, die Sie nicht kennen, und ändern Sie dann Ihr Passwort.',
  'sessions.current': 'diese Sitzung',
  'sessions.signedInWith': (method) => `Angemeldet mit: ${method}`,
  'sessions.network': (network) => `Netzwerkadresse: ${isolate(network)}`,
  'sessions.lastSeen': (date) => `Zuletzt aktiv: ${date}`,
  'sessions.started': (date) => `Begonnen: ${date}`,
  'sessions.endsAt': (date) => `Endet spätestens: ${date}`,
  'sessions.end': 'Beenden',
  'sessions.endNamed': (name) => `Beenden: ${name}`,
  'sessions.endQuestion': (name) =>
    `Die Sitzung in ${name} beenden? Dieser Browser muss sich neu anmelden. Nicht gespeicherte Eingaben dort können verloren gehen.`,
  'sessions.ended': (name) => `Die Sitzung in ${name} ist beendet.`,
  'sessions.endOthers': 'Alle anderen Sitzungen beenden',
  'sessions.endOthersQuestion': (count) =>
    plural(count, {
      one: 'Die andere Sitzung beenden? Dieser Browser muss sich neu anmelden.',
      other: 'Die # anderen Sitzungen beenden? Diese Browser müssen sich neu anmelden.',
    }),
  'sessions.endedOthers': (count) =>
    plural(count, {
      one: 'Eine andere Sitzung ist beendet.',
      other: '# andere Sitzungen sind beendet.',
    }),
  'sessions.refresh': 'Liste aktualisieren',
  'export.title': 'Ihre Daten exportieren',
  'export.help':
    'Eine JSON-Datei mit allem, was über Sie gespeichert ist: Profil, Anmeldewege, Geräte, Sitzungen und Aktivität. Sie enthält kein Passwort und keinen Schlüssel.',
  'export.download': 'Herunterladen',
  'deletion.title': 'Ihr Konto löschen',
  'deletion.help':
    'Ihr Konto und alles, was über Sie gespeichert ist, wird nach 7 Tagen gelöscht. Ihre Sitzungen auf anderen Geräten enden sofort. Bis dahin können Sie sich anmelden und Ihr Konto behalten.',
  'deletion.start': 'Konto löschen',
  'deletion.type': (phrase) => `Geben Sie zur Bestätigung ${isolate(phrase)} ein`,
  'deletion.wrong': (phrase) => `Geben Sie genau ${isolate(phrase)} ein, oder brechen Sie ab.`,
  'deletion.confirm': 'Mein Konto löschen',
  'deletion.pending': (date) => `Ihr Konto wird gelöscht am ${date}.`,
  'deletion.bannerLabel': 'Löschung Ihres Kontos',
  'deletion.banner': (date) =>
    `Ihr Konto wird gelöscht am ${date}. Bis dahin können Sie es behalten.`,
  'deletion.keep': 'Mein Konto behalten',
  'deletion.kept': 'Ihr Konto bleibt bestehen.',
};
