import type { MailTexts } from '../mail';

const german: MailTexts = {
  title: 'E-Mail',
  intro:
    'E-Mails, die warten oder aufgegeben wurden, die neuesten zuerst. Zugestellte E-Mails stehen nicht hier. Der Inhalt wird nicht angezeigt: Er kann Links mit Tokens enthalten.',
  state: 'Zustand',
  states: { queued: 'Wartet', failed: 'Aufgegeben' },
  mail: 'E-Mail',
  to: 'An',
  createdAt: 'Erstellt',
  attempts: 'Versuche',
  result: 'Ergebnis',
  nextAttempt: (time) => `Nächster Versuch: ${time}`,
  failedAt: (time) => `Aufgegeben: ${time}`,
  reply: 'Letzte Antwort des Mailservers',
  none: 'Keine E-Mail wartet, und keine wurde aufgegeben.',
  retryHelp: 'Dieser Befehl stellt eine E-Mail erneut in die Warteschlange:',
  templates: {
    invitation: 'Einladung zu einem neuen Konto',
    passwordReset: 'Link für ein neues Passwort',
    emailConfirm: 'Bestätigung einer Adresse',
    emailChangeNotice: 'Hinweis auf eine Änderung der Adresse',
    signInWays: 'Anmeldemöglichkeiten',
    addressTaken: 'Adresse, die schon ein Konto hat',
    emailChangeCancelled: 'Änderung der Adresse abgebrochen',
    attackReported: 'Meldung „Das war ich nicht“',
    unknownDevice: 'Anmeldung mit einem unbekannten Gerät',
    passwordChanged: 'Passwort geändert',
    factorAdded: 'Authenticator-App hinzugefügt',
    factorRemoved: 'Authenticator-App entfernt',
    secondFactorReset: 'Zweiter Faktor entfernt',
    recoveryCodeUsed: 'Wiederherstellungscode benutzt',
    recoveryCodesReplaced: 'Wiederherstellungscodes ersetzt',
    identityLinked: 'Anbieter verknüpft',
    identityUnlinked: 'Anbieter getrennt',
    emailChanged: 'Adresse geändert',
    accountDeletion: 'Konto wird gelöscht',
    test: 'Testnachricht',
  },
  reasons: {
    refused: 'Der Mailserver hat sie abgelehnt.',
    undeliverable: 'Zwei Tage lang gelang kein Versuch.',
    expired: 'Ihr Link lief ab, bevor der Mailserver sie annahm.',
    unreadable: 'Ihr versiegelter Inhalt lässt sich nicht öffnen: Ein Schlüssel fehlt.',
  },
};

export default german;
