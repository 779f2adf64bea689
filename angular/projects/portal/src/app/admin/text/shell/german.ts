import { isolate } from '@vestibule/angular/console';
import type { ShellTexts } from '../shell';

const german: ShellTexts = {
  title: 'Verwaltung',
  skip: 'Navigation überspringen',
  navigation: 'Verwaltung',
  menu: 'Menü',
  sections: {
    overview: 'Übersicht',
    users: 'Benutzer',
    sessions: 'Sitzungen',
    audit: 'Audit-Ereignisse',
    providers: 'Anbieter und Einstellungen',
    explain: 'Anmeldung erklären',
    webhooks: 'Webhooks',
    mail: 'E-Mail',
  },
  youMay: 'Ihre Rollen erlauben:',
  permissions: {
    read: 'alles außer Geheimnissen lesen',
    users: 'Benutzer anlegen, ändern, zusammenführen und löschen',
    security: 'Anmeldedaten zurücksetzen und Sitzungen beenden',
    full: 'alles, auch Aktionen an anderen Administratoren',
  },
  loading: 'Wird geladen…',
  retry: 'Erneut versuchen',
  close: 'Schließen',
  cancel: 'Abbrechen',
  oneMoment: 'Einen Moment…',
  firstPage: 'Erste Seite',
  previousPage: 'Vorherige Seite',
  nextPage: 'Nächste Seite',
  pages: 'Seiten der Liste',
  filters: 'Suche und Filter',
  clearFilters: 'Alle Filter entfernen',
  any: 'Beliebig',
  yes: 'Ja',
  no: 'Nein',
  none: 'Keine',
  never: 'Nie',
  actions: 'Aktionen',
  save: 'Speichern',
  fieldRefused:
    'Der Dienst nimmt diesen Wert nicht an. Ändern Sie ihn und versuchen Sie es erneut.',
  fieldMissing: 'Füllen Sie dieses Feld aus.',
  reason: 'Grund',
  reasonHelp: 'Er wird im Audit-Ereignis gespeichert, zum Beispiel die Nummer der Support-Anfrage.',
  reasonMissing: 'Geben Sie einen Grund ein.',
  stale:
    'Dies wurde inzwischen geändert. Es wurde nichts ausgeführt. Laden Sie den aktuellen Stand, prüfen Sie ihn und versuchen Sie es erneut.',
  reload: 'Aktuellen Stand laden',
  lastAdministrator:
    'Dies ist der letzte aktive Administrator. Es wurde nichts ausgeführt. Geben Sie zuerst einem anderen Benutzer die Rolle „admin“.',
  impossible: {
    mail_disabled:
      'In den Einstellungen ist kein Mailserver angegeben. Wählen Sie einen anderen Weg.',
    no_verified_address: 'Der Benutzer hat keine bestätigte Adresse. Wählen Sie einen anderen Weg.',
    mail_queue_full:
      'Zu viele Nachrichten warten. Versuchen Sie es später, oder wählen Sie einen anderen Weg.',
    account_disabled: 'Das Konto ist nicht aktiv. Aktivieren Sie es zuerst.',
    no_login_name:
      'Der Benutzer hat weder einen Benutzernamen noch eine bestätigte Adresse. Tragen Sie zuerst etwas davon ein.',
    passwords_disabled: 'Dieser Dienst hat keine Passwörter. Wählen Sie einen anderen Weg.',
    passkeys_disabled:
      'Die Einstellungen lassen keine Passkeys zu, daher führt kein Link zu einem. Der Benutzer meldet sich über einen Anbieter an.',
    second_factor_exists:
      'Der Benutzer hat einen zweiten Faktor, und ein Link darf ihn nicht umgehen. Setzen Sie zuerst die zweiten Faktoren zurück.',
  },
  missingPermission: (permission) =>
    `Ihre Rollen erlauben dies nicht. Sie benötigen eine Rolle, die erlaubt: ${permission}.`,
  typeToConfirm: (phrase) => `Geben Sie zur Bestätigung ${isolate(phrase)} ein`,
  typedWrong: (phrase) => `Geben Sie genau ${isolate(phrase)} ein, oder brechen Sie ab.`,
};

export default german;
