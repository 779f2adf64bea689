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
    authorization_response: 'Antwort des Anbieters',
    id_token: 'ID-Token',
    userinfo: 'Userinfo',
    authentication: 'Zeitpunkt der Anmeldung',
    second_factor: 'Zweiter Faktor',
    email: 'E-Mail-Adresse',
    roles: 'Rollen',
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
  testLogin: 'Anmeldung testen',
  testLoginOf: (provider) => `Anmeldung mit ${provider} testen`,
  testLoginHelp:
    'Sie melden sich in einem neuen Tab beim Anbieter an. Es wird keine Sitzung geöffnet und kein Benutzer geändert. Diese Seite zeigt dann, was zurückkam.',
  waiting: (until) =>
    `Melden Sie sich im neuen Tab beim Anbieter an. Der Test wartet bis ${until}.`,
  ifClosed: 'Wenn Sie den Tab geschlossen haben, öffnen Sie ihn erneut.',
  blocked: 'Der Browser hat den neuen Tab blockiert.',
  openTab: 'Anbieter in einem neuen Tab öffnen',
  cancel: 'Test abbrechen',
  expired: 'Der Test ist abgelaufen. Es kam kein Ergebnis zurück. Starten Sie ihn erneut.',
  failedLogin: 'Die Testanmeldung ist fehlgeschlagen.',
  finished: 'Die Testanmeldung ist abgeschlossen.',
  result: 'Ergebnis der Testanmeldung',
  noChange:
    'Es wurde keine Sitzung geöffnet und kein Benutzer geändert. Eine echte Anmeldung mit diesen Claims bewirkt:',
  opening:
    'Die Testanmeldung beginnt. Wenn diese Seite so bleibt, gehen Sie zurück zum vorigen Tab und bestätigen Sie Ihren zweiten Faktor.',
  whatItDoes: 'Was eine echte Anmeldung bewirkt',
  cameBack: 'Was zurückkam',
  hidden: 'Tokens werden nicht angezeigt, ebenso wenig Werte, die wie ein Geheimnis aussehen.',
  tokenHeader: 'Kopf des ID-Tokens',
  tokenClaims: 'Claims des ID-Tokens',
  userinfoClaims: 'Claims von Userinfo',
  noUserinfo: 'Es kam nichts zurück.',
  testComplete: 'Der Test ist abgeschlossen',
  backToStart:
    'Das Ergebnis steht in dem Tab, in dem Sie den Test gestartet haben. Gehen Sie dorthin zurück. Diesen Tab können Sie schließen.',
  toProviders: 'Anbieter in diesem Tab öffnen',
};

export default german;
