import { ɵpluralIn as pluralIn } from '@vestibule/angular/pages';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('de');

const german: OverviewTexts = {
  title: 'Übersicht',
  intro: (from) => `Zahlen seit ${from}. Tage gelten in UTC.`,
  period: 'Zeitraum',
  days: (count) => plural(count, { one: '# Tag', other: '# Tage' }),
  lookFirst: 'Was Sie zuerst ansehen sollten',
  lookIntro: 'Aus den Audit-Ereignissen der letzten 24 Stunden, das Dringendste zuerst.',
  nothing: 'Nichts zu prüfen: Die Audit-Ereignisse der letzten 24 Stunden haben keinen Befund.',
  openEvents: 'Ereignisse anzeigen',
  openEventsOf: (finding) => `Ereignisse anzeigen: ${finding}`,
  command: 'Befehl',
  incomplete: 'Diese Zahlen sind nicht vollständig:',
  figures: 'Benutzer und Sitzungen',
  users: {
    total: 'Benutzer',
    active: 'Aktiv',
    disabled: 'Deaktiviert',
    quarantined: 'In Quarantäne',
    withMfa: 'Mit zweitem Faktor',
    withPassword: 'Mit Passwort',
    federated: 'Mit einem Anbieter verknüpft',
  },
  ofUsers: (share) => `${share} aller Benutzer`,
  sessions: 'Aktive Sitzungen',
  locks: 'Konten, die nach Fehlversuchen warten müssen',
  logins: 'Anmeldungen pro Tag',
  loginsHelp: 'Mit Passwort oder über einen Anbieter.',
  newUsers: 'Neue Benutzer pro Tag',
  byMethod: 'Anmeldungen nach Methode',
  byMethodHelp: 'Eine Anmeldung mit zweitem Faktor zählt für beide Methoden.',
  methods: { password: 'Passwort', federated: 'Anbieter', secondFactor: 'Zweiter Faktor' },
  success: 'Erfolgreich',
  failure: 'Abgelehnt',
  count: 'Benutzer',
  day: 'Tag',
  method: 'Methode',
  table: 'Als Tabelle anzeigen',
  csv: 'CSV herunterladen',
  csvOf: (chart) => `CSV herunterladen: ${chart}`,
  noLogins: 'Keine Anmeldungen in diesem Zeitraum.',
  loadAgain: 'Neu laden',
  findings: {
    events_altered: 'Audit-Ereignisse sind nicht so, wie der Dienst sie geschrieben hat',
    user_reports: 'Benutzer haben gemeldet: Das war ich nicht',
    password_spraying: 'Passwörter werden an vielen Konten ausprobiert',
    account_from_many_networks: 'Ein Konto wird aus vielen Netzen angegriffen',
    codes_replayed: 'Richtige Codes kamen ein zweites Mal',
    administrators: 'Ein neuer oder geänderter Benutzer ist Administrator',
    role_changes: 'Rollen von Benutzern wurden geändert',
    provider_refusals: 'Die meisten Anmeldungen über einen Anbieter werden abgelehnt',
    accounts_locked: 'Konten müssen nach Fehlversuchen warten',
    recovery_codes_used: 'Wiederherstellungscodes wurden benutzt',
    events_not_verified:
      'Audit-Ereignisse konnten nicht geprüft werden: Ein Schlüssel fehlt',
  },
};

export default german;
