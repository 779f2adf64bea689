import type { messageCodes as english } from '../en/message-codes';
import { masked } from '../masked';

export const messageCodes: typeof english = {
  'messageCode.label': 'Achtstelliger Code',
  'messageCode.invalid': 'Geben Sie die 8 Ziffern des Codes ein.',
  'messageCode.emailHelp':
    'Lassen Sie einen Code an die E-Mail-Adresse Ihres Kontos senden und geben Sie ihn dann ein.',
  'messageCode.smsHelp':
    'Lassen Sie einen Code per SMS an Ihre Telefonnummer senden und geben Sie ihn dann ein.',
  'messageCode.useEmail': 'Code per E-Mail verwenden',
  'messageCode.useSms': 'Code per SMS verwenden',
  'messageCode.send': 'Code senden',
  'messageCode.sending': 'Wird gesendet …',
  'messageCode.sendAgain': 'Anderen Code senden',
  'messageCode.sendAgainIn': (time) => `möglich in ${time}`,
  'messageCode.haveCode': 'Ich habe schon einen Code',
  'messageCode.sent': (to, until) =>
    `Ein Code wurde an ${masked(to)} gesendet. Er gilt bis ${until} und nur einmal.`,
  'messageCode.delayed': (to, until) =>
    `Der Code für ${masked(to)} verzögert sich: Er konnte noch nicht gesendet werden. Er wird so bald wie möglich gesendet, spätestens bis ${until}. Wenn Sie nicht warten können, wählen Sie eine andere Methode.`,
  'messageCode.wrong':
    'Dieser Code ist falsch oder gilt nicht mehr. Prüfen Sie ihn, oder lassen Sie einen anderen senden.',
  'messageCode.wrongLimit': 'Nach 5 falschen Versuchen gilt dieser Code nicht mehr.',
  'messageCode.expired': 'Dieser Code ist abgelaufen. Lassen Sie einen anderen senden.',
  'messageCode.notOffered':
    'Der Dienst sendet auf diesem Weg keine Codes mehr. Verwenden Sie eine andere Methode, oder fragen Sie Ihre Administration.',
  'messageCode.setUpEnded':
    'Diese Einrichtung ist beendet: nach 10 Minuten oder nach 5 falschen Codes. Beginnen Sie noch einmal.',
  'messageCode.sendLimit': 'Im Moment kann kein weiterer Code gesendet werden.',
  'messageCode.administrators':
    'Ihr Konto gehört zur Administration: Codes per Nachricht reichen dafür nicht aus. Fügen Sie eine Authenticator-App oder einen Passkey hinzu.',
  'messageCode.noEmail':
    'Ihr Konto hat keine bestätigte E-Mail-Adresse, daher kann dorthin kein Code gesendet werden. Verwenden Sie eine andere Methode.',
  'messageCode.title': 'Codes per Nachricht',
  'messageCode.restricted':
    'Codes per Nachricht sind weniger sicher als ein Passkey oder eine Authenticator-App: Eine Telefonnummer oder ein Postfach kann bei einem Angriff übernommen werden, daher schränkt der Standard NIST SP 800-63B sie ein.',
  'messageCode.otherTitle': 'Wenn Sie weder eine App noch einen Passkey nutzen können',
  'messageCode.email': 'Codes per E-Mail',
  'messageCode.sms': 'Codes per SMS',
  'messageCode.emailStart':
    'Ein Code wird an die bestätigte E-Mail-Adresse Ihres Kontos gesendet. Geben Sie ihn ein, um die Einrichtung abzuschließen.',
  'messageCode.number': 'Telefonnummer',
  'messageCode.numberHelp':
    'Mit „+“ und Landesvorwahl, zum Beispiel +49 151 23456789. Ein Code wird dorthin gesendet.',
  'messageCode.numberInvalid':
    'Geben Sie die ganze Nummer mit „+“ und Landesvorwahl ein, zum Beispiel +49 151 23456789.',
  'messageCode.doneTitle': 'Codes per Nachricht sind eingerichtet',
  'messageCode.done': 'Ab jetzt können Sie sich bei der Anmeldung einen Code senden lassen.',
  'messageCode.none': 'nicht eingerichtet',
  'messageCode.verifyFirst': 'Bestätigen Sie zuerst Ihre E-Mail-Adresse in Ihrem Profil.',
  'messageCode.to': (target) => `an ${masked(target)}`,
  'messageCode.since': (date) => `eingerichtet am ${date}`,
  'messageCode.setUpEmail': 'Codes per E-Mail einrichten',
  'messageCode.setUpSms': 'Codes per SMS einrichten',
  'messageCode.changeNumber': 'Telefonnummer ändern',
  'messageCode.removeEmail': 'Codes per E-Mail entfernen',
  'messageCode.removeSms': 'Codes per SMS entfernen',
  'messageCode.removeEmailQuestion':
    'Codes per E-Mail entfernen? An Ihre Adresse werden dann keine Codes mehr gesendet.',
  'messageCode.removeSmsQuestion':
    'Codes per SMS entfernen? An Ihr Telefon werden dann keine Codes mehr gesendet, und die Nummer wird gelöscht.',
  'messageCode.removeEffect': 'Ihre Sitzungen auf anderen Geräten enden.',
  'messageCode.removeOnlyEffect':
    'Wenn es Ihr einziger zweiter Faktor ist, schützt danach nur noch Ihre Anmeldemethode Ihr Konto, und Ihre Wiederherstellungscodes gelten nicht mehr. Ihre Sitzungen auf anderen Geräten enden.',
  'messageCode.added': (kind) => `${kind}: eingerichtet.`,
  'messageCode.removed': (kind) => `${kind}: entfernt.`,
  'factor.email': 'Code per E-Mail',
};
