import { isolate } from '@vestibule/angular/console';
import type { CreateTexts } from '../create';

const german: CreateTexts = {
  title: 'Benutzer anlegen',
  help: 'Der Benutzer meldet sich mit dem Benutzernamen an, oder mit einem Anbieter, der dieselbe bestätigte Adresse sendet.',
  helpNoPasswords:
    'Der Benutzer meldet sich mit einem Passkey an, oder mit einem Anbieter, der dieselbe bestätigte Adresse sendet.',
  emailVerifiedHelp: 'Adresse bestätigt: Sie wissen, dass der Benutzer dort E-Mails liest',
  rolesHelp: 'Trennen Sie Rollen mit Kommas, oder lassen Sie das Feld leer.',
  access: 'Wie der Benutzer Zugang erhält',
  ways: {
    'invite-mail': 'Einladung per E-Mail senden',
    'invite-link': 'Link zum Weitergeben anzeigen',
    'generated-password': 'Passwort erzeugen, das der Benutzer ändern muss',
    none: 'Kein Passwort: Der Benutzer meldet sich mit einem Anbieter an',
  },
  noLink: 'Kein Link: Der Benutzer meldet sich mit einem Anbieter an',
  mailNeedsAddress: 'Eine Einladung per E-Mail benötigt eine Adresse.',
  taken: 'Ein anderer Benutzer hat diesen Wert. Wählen Sie einen anderen.',
  submit: 'Benutzer anlegen',
  created: (name) => `Der Benutzer ${isolate(name)} wurde angelegt.`,
  mailSent: 'Die Einladung ist unterwegs.',
  inviteUrl: 'Geben Sie diesen Link dem Benutzer. Er wird nur jetzt angezeigt und gilt einmal.',
  generatedPassword:
    'Geben Sie dieses Passwort dem Benutzer. Es wird nur jetzt angezeigt und muss bei der ersten Anmeldung geändert werden.',
  openUser: 'Benutzer öffnen',
  another: 'Weiteren Benutzer anlegen',
};

export default german;
