import type { mailLinks as english } from '../en/mail-links';

export const mailLinks: typeof english = {
  'mailLink.incompleteTitle': 'Dieser Link ist nicht vollständig',
  'mailLink.incomplete':
    'Öffnen Sie den Link in der Nachricht erneut oder kopieren Sie seine ganze Adresse.',
  'mailLink.expiredTitle': 'Dieser Link gilt nicht mehr',
  'confirmEmail.title': 'E-Mail-Adresse bestätigen',
  'confirmEmail.help': 'Das Konto verwendet diese Adresse erst, wenn Sie sie bestätigen.',
  'confirmEmail.action': 'Adresse bestätigen',
  'confirmEmail.doneTitle': 'Ihre E-Mail-Adresse ist bestätigt',
  'confirmEmail.done': 'Ihr Konto verwendet jetzt diese Adresse.',
  'confirmEmail.expired':
    'Er wurde schon benutzt, ist abgelaufen, oder es wurde ein neuerer gesendet. Fordern Sie in Ihrem Konto einen neuen an.',
  'cancelEmail.title': 'Alte E-Mail-Adresse behalten',
  'cancelEmail.help':
    'Für Ihr Konto wurde eine neue E-Mail-Adresse festgelegt oder angefordert. Wenn Sie das nicht waren, brechen Sie die Änderung ab.',
  'cancelEmail.action': 'Änderung abbrechen',
  'cancelEmail.doneTitle': 'Die Änderung ist abgebrochen',
  'cancelEmail.done':
    'Ihr Konto behält seine alte E-Mail-Adresse. Wenn Sie die Änderung nicht angefordert haben, legen Sie ein neues Passwort fest.',
  'cancelEmail.expired':
    'Die Änderung wurde schon abgebrochen oder ist älter als 7 Tage. Fragen Sie Ihre Administration.',
  'notMe.title': 'Das war ich nicht',
  'notMe.help':
    'Wenn Sie nicht getan haben, was die Nachricht beschreibt, sichern Sie Ihr Konto. Alle Sitzungen werden beendet, keinem Gerät wird mehr vertraut, eine Änderung der E-Mail-Adresse wird abgebrochen, und das Passwort muss geändert werden.',
  'notMe.action': 'Mein Konto sichern',
  'notMe.doneTitle': 'Ihr Konto ist gesichert',
  'notMe.done': 'Alle Sitzungen sind beendet. Legen Sie jetzt ein neues Passwort fest.',
  'notMe.expired':
    'Er wurde schon benutzt oder ist älter als 7 Tage. Melden Sie sich an und ändern Sie Ihr Passwort.',
  'notMe.newPassword': 'Neues Passwort per E-Mail festlegen',
};
