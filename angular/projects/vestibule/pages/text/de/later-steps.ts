import type { laterSteps as english } from '../en/later-steps';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const laterSteps: typeof english = {
  'code.label': 'Sechsstelliger Code',
  'code.invalid': 'Geben Sie die 6 Ziffern des Codes ein.',
  'code.recoveryLabel': 'Wiederherstellungscode',
  'code.recoveryInvalid':
    'Geben Sie den ganzen Wiederherstellungscode ein: 14 Buchstaben und Ziffern.',
  'code.checking': 'Wird geprüft …',

  'secondFactor.title': 'Zweiter Faktor',
  'secondFactor.help':
    'Geben Sie den Code ein, den Ihre Authenticator-App für dieses Konto anzeigt.',
  'secondFactor.account': 'Konto:',
  'secondFactor.recoveryHelp':
    'Geben Sie einen Ihrer Wiederherstellungscodes ein. Jeder gilt einmal.',
  'secondFactor.trust': (days) =>
    plural(days, {
      one: 'Diesem Gerät einen Tag lang vertrauen',
      other: 'Diesem Gerät # Tage lang vertrauen',
    }),
  'secondFactor.useApp': 'Authenticator-App verwenden',
  'secondFactor.useRecoveryCode': 'Wiederherstellungscode verwenden',
  'secondFactor.noWay': 'Ich kann nichts davon nutzen',
  'secondFactor.noWayHelp':
    'Ihre Administration kann den zweiten Faktor von Ihrem Konto entfernen. Melden Sie sich dann erneut an und richten Sie eine Authenticator-App auf einem neuen Gerät ein.',
  'secondFactor.support': 'Support kontaktieren',

  'enrol.title': 'Authenticator-App einrichten',
  'enrol.anotherTitle': 'Authenticator-App hinzufügen',
  'enrol.doneTitle': 'Ihre Authenticator-App ist eingerichtet',
  'enrol.done': 'Ab jetzt geben Sie bei der Anmeldung ihren Code ein.',
  'enrol.required':
    'Ihr Konto verlangt einen zweiten Faktor. Richten Sie eine Authenticator-App ein, um fortzufahren.',
  'enrol.explanation':
    'Eine Authenticator-App auf Ihrem Smartphone zeigt alle 30 Sekunden einen neuen sechsstelligen Code an.',
  'enrol.protectsPassword':
    'Damit reicht ein gestohlenes Passwort nicht aus, um sich in Ihrem Konto anzumelden.',
  'enrol.keepsWorking': 'Die Apps, die Sie schon eingerichtet haben, funktionieren weiterhin.',
  'enrol.anyApp':
    'Sie können jede Authenticator-App verwenden. Viele Passwortmanager enthalten eine.',
  'enrol.name': 'Name der App (optional)',
  'enrol.nameHelp': 'Zum Beispiel „Smartphone“. Damit unterscheiden Sie Ihre Apps.',
  'enrol.start': 'Einrichten',
  'enrol.addTitle': '1. Konto zur App hinzufügen',
  'enrol.scan': 'Scannen Sie diesen QR-Code mit Ihrer Authenticator-App.',
  'enrol.qr':
    'QR-Code mit dem Schlüssel für Ihre Authenticator-App. Der Schlüssel steht auch unten als Text.',
  'enrol.openApp': 'In der Authenticator-App auf diesem Gerät öffnen',
  'enrol.key': 'Oder geben Sie diesen Schlüssel in der App ein:',
  'enrol.copyKey': 'Schlüssel kopieren',
  'enrol.codeTitle': '2. Code aus der App eingeben',
  'enrol.confirm': 'Bestätigen',

  'reauthenticate.title': 'Zum Fortfahren erneut anmelden',
  'reauthenticate.reason': 'Ihre letzte Anmeldung liegt für diese Aktion zu lange zurück.',
  'reauthenticate.withPassword': 'Geben Sie Ihr Passwort ein.',
  'reauthenticate.withProvider': 'Melden Sie sich erneut bei Ihrem Anmeldedienst an.',
  'reauthenticate.withSignOut': 'Melden Sie sich ab und wieder an.',
  'reauthenticate.signOut': 'Abmelden und erneut anmelden',

  'factor.pwd': 'Passwort',
  'factor.otp': 'Authenticator-App',
  'factor.passkey': 'Passkey',
  'factor.rc': 'Wiederherstellungscode',
  'factor.sms': 'SMS',
  'factor.fpt': 'Fingerabdruck',
  'factor.face': 'Gesichtserkennung',
  'factor.pin': 'PIN',
  'factor.provider': 'Anmeldedienst',
  'factor.then': (first, second) => `${first}, dann ${second}`,

  'copy.copy': 'Kopieren',
  'copy.copyId': 'ID kopieren',
  'copy.done': 'Kopiert',
  'copy.failed': 'Kopieren nicht möglich. Markieren Sie den Text und kopieren Sie ihn.',
};
