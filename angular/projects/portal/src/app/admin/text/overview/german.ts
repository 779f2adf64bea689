import { pluralIn } from '@vestibule/angular/console';
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
  openUser: 'Benutzer anzeigen',
  openOf: (link, finding) => `${link}: ${finding}`,
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
  methods: {
    password: 'Passwort',
    passkey: 'Passkey',
    federated: 'Anbieter',
    secondFactor: 'Zweiter Faktor',
  },
  factors: 'Zweite Faktoren',
  factorsHelp: 'Benutzer mit jeder Art. Ein Benutzer mit mehreren Arten zählt für jede davon.',
  factorKinds: {
    passkey: 'Passkey',
    totp: 'Authenticator-App',
    sms: 'Codes per SMS',
    email: 'Codes per E-Mail',
    recovery: 'Wiederherstellungscodes',
  },
  noFactors: 'Kein Benutzer hat einen zweiten Faktor.',
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
    passkeys_copied: 'Kopien von Passkeys wurden abgelehnt',
    codes_replayed: 'Richtige Codes kamen ein zweites Mal',
    administrators: 'Ein neuer oder geänderter Benutzer ist Administrator',
    role_changes: 'Rollen von Benutzern wurden geändert',
    provider_refusals: 'Die meisten Anmeldungen über einen Anbieter werden abgelehnt',
    accounts_locked: 'Konten müssen nach Fehlversuchen warten',
    recovery_codes_used: 'Wiederherstellungscodes wurden benutzt',
    events_not_verified: 'Audit-Ereignisse konnten nicht geprüft werden: Ein Schlüssel fehlt',
  },
  details: {
    count: ({ count }) => `Anzahl: ${count}.`,
    network: ({ network, failures, accounts, signedIn }) =>
      `Netz: ${network}. Fehlversuche: ${failures}. Konten und Namen: ${accounts}. Konten mit einem Erfolg: ${signedIn}. Sperren Sie das Netz im Proxy, und prüfen Sie jeden Erfolg.`,
    passwords: ({ wrong, correct, networks }) =>
      `Falsche Passwörter: ${wrong}. Richtige: ${correct}. Netze mit Fehlversuchen: ${networks}. Ein Angriff, oder ein Programm mit einem alten Passwort: Prüfen Sie jeden Erfolg.`,
    account: ({ userId, failures, networks }) =>
      `Konto: ${userId}. Fehlversuche: ${failures}. Netze ohne Erfolg: ${networks}.`,
    provider: ({ provider, refused, accepted, reason }) =>
      `Anbieter: ${provider}. Abgelehnt: ${refused}. Angenommen: ${accepted}. Häufigster Grund: ${reason}.`,
    administrator: ({ userId, at, by }) =>
      `Benutzer: ${userId}. Angelegt oder geändert: ${at}. Durch: ${by}.`,
  },
  advice: {
    events_altered: 'Ein anderes Programm hat die Datenbank geändert.',
    passkeys_copied: 'Ein Authenticator und eine Kopie davon werden benutzt.',
    codes_replayed: 'Zwei Adressen für einen Code sind ein Angriff.',
    recovery_codes_used: 'Fragen Sie die Benutzer, ob sie es waren.',
    events_not_verified: 'Der Schlüssel fehlt in VESTIBULE_SECRET_KEYS.',
  },
  byLogin: 'eine Anmeldung über einen Anbieter',
  leftOut: {
    events: (read) => `Nur die neuesten Ereignisse wurden gelesen. Anzahl: ${read}.`,
    since: (oldest) => `Das älteste: ${oldest}.`,
    users: (checked, of) =>
      `Neue und geänderte Benutzer, deren Rolle geprüft wurde: ${checked} von ${of}.`,
    findings: (finding, listed, of) => `Aufgeführt: ${listed} von ${of}. ${finding}.`,
  },
  uncounted: {
    users: (counted) => `Nur die neuesten Benutzer wurden gezählt. Anzahl: ${counted}.`,
    sessions: (read) => `Nicht alle Sitzungseinträge wurden gelesen. Gelesen: ${read}.`,
    counters: (read) =>
      `Nicht alle Zähler fehlgeschlagener Versuche wurden gelesen. Gelesen: ${read}.`,
    logins: (since) => `Nur Anmeldungen seit ${since} wurden gezählt.`,
  },
};

export default german;
