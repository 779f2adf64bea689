import type { laterSteps as english } from '../en/later-steps';

export const laterSteps: typeof english = {
  'code.label': 'Sechsstelliger Code',
  'code.invalid': 'Geben Sie die 6 Ziffern des Codes ein.',
  'code.checking': 'Wird geprüft …',

  'secondFactor.title': 'Zweiter Faktor',
  'secondFactor.help':
    'Geben Sie den Code ein, den Ihre Authenticator-App für dieses Konto anzeigt.',
  'secondFactor.account': 'Konto:',
  'secondFactor.noApp': 'Ich habe meine Authenticator-App nicht',
  'secondFactor.noAppHelp':
    'Ihre Administration kann die App von Ihrem Konto entfernen. Melden Sie sich dann erneut an und richten Sie die App auf einem neuen Gerät ein.',
  'secondFactor.support': 'Support kontaktieren',

  'enrol.title': 'Authenticator-App einrichten',
  'enrol.replaceTitle': 'Authenticator-App ersetzen',
  'enrol.doneTitle': 'Ihre Authenticator-App ist eingerichtet',
  'enrol.done': 'Ab jetzt geben Sie bei der Anmeldung ihren Code ein.',
  'enrol.required':
    'Ihr Konto verlangt einen zweiten Faktor. Richten Sie eine Authenticator-App ein, um fortzufahren.',
  'enrol.explanation':
    'Eine Authenticator-App auf Ihrem Smartphone zeigt alle 30 Sekunden einen neuen sechsstelligen Code an.',
  'enrol.protectsPassword':
    'Damit reicht ein gestohlenes Passwort nicht aus, um sich in Ihrem Konto anzumelden.',
  'enrol.keepsWorking': 'Ihre bisherige App funktioniert, bis Sie die neue bestätigen.',
  'enrol.anyApp':
    'Sie können jede Authenticator-App verwenden. Viele Passwortmanager enthalten eine.',
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
  'reauthenticate.withCode': 'Geben Sie den aktuellen Code Ihrer Authenticator-App ein.',
  'reauthenticate.withPassword': 'Geben Sie Ihr Passwort ein.',
  'reauthenticate.withProvider': 'Melden Sie sich erneut bei Ihrem Anmeldedienst an.',
  'reauthenticate.withSignOut': 'Melden Sie sich ab und wieder an.',
  'reauthenticate.signOut': 'Abmelden und erneut anmelden',

  'factor.pwd': 'Passwort',
  'factor.otp': 'Authenticator-App',
  'factor.hwk': 'Sicherheitsschlüssel',
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
