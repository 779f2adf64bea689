import { pluralIn } from '@vestibule/angular/console';
import type { ProvidersTexts } from '../providers';

const plural = pluralIn('de');

const german: ProvidersTexts = {
  title: 'Anbieter und Einstellungen',
  intro:
    'Die Anbieter, mit denen sich Benutzer anmelden können, und die Einstellungen, die der Dienst verwendet.',
  none: 'Es ist kein Anbieter eingerichtet. VESTIBULE_PROVIDERS nennt die Anbieter.',
  available: 'Verfügbar',
  unavailable: 'Nicht verfügbar',
  name: 'Name',
  kind: 'Art',
  issuer: 'Issuer',
  redirectUri: 'Redirect-URI, beim Anbieter einzutragen',
  problem: 'Letzter Fehler',
  settings: 'Einstellungen',
  settingsOf: (provider) => `Einstellungen von ${provider}`,
  setting: 'Einstellung',
  value: 'Wert',
  origin: 'Aus',
  secret: 'geheim, wird nicht angezeigt',
  notSet: 'nicht gesetzt',
  origins: { environment: 'Umgebung', file: 'Datei', default: 'Standard' },
  allSettings: 'Alle Einstellungen des Dienstes',
  allSettingsHelp: 'Wie „vestibule check --json“ sie ausgibt. Geheimnisse werden nie angezeigt.',
  test: 'Verbindung testen',
  testOf: (provider) => `Verbindung testen: ${provider}`,
  testing: 'Der Test läuft…',
  testHelp: 'Der Dienst ruft die Dokumente des Anbieters ab. Niemand meldet sich an.',
  checks: 'Prüfungen',
  outcomes: { ok: 'In Ordnung', warning: 'Warnung', failed: 'Fehlgeschlagen' },
  names: {
    discovery: 'Discovery-Dokument',
    issuer: 'Issuer',
    keys: 'Signaturschlüssel',
    algorithms: 'Algorithmen',
    clock: 'Uhr',
    token_endpoint: 'Token-Endpunkt und Client-Secret',
    redirect_uri: 'Redirect-URI',
  },
  explainLogin: 'Anmeldung mit eingegebenen Claims erklären',
  toChange: 'Was zu ändern ist',
  mayNotTest: 'Nur die Rolle admin darf die Tests starten.',
  millis: (count) => `${count} ms`,
  allGood: 'Alle Prüfungen sind bestanden.',
  notGood: (failed) =>
    plural(failed, {
      one: '# Prüfung braucht Aufmerksamkeit.',
      other: '# Prüfungen brauchen Aufmerksamkeit.',
    }),
};

export default german;
