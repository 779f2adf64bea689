import { isolate } from '../isolate';
import type { password as english } from '../en/password';

export const password: typeof english = {
  'newPassword.label': 'Neues Passwort',
  'newPassword.current': 'Aktuelles Passwort',
  'newPassword.length': (min) =>
    `Verwenden Sie mindestens ${min} Zeichen. Mehrere Wörter hintereinander lassen sich leicht merken.`,
  'newPassword.enter': 'Geben Sie ein neues Passwort ein.',
  'newPassword.enterCurrent': 'Geben Sie Ihr aktuelles Passwort ein.',
  'newPassword.save': 'Neues Passwort speichern',
  'newPassword.saving': 'Wird gespeichert …',
  'newPassword.too_short': (min) =>
    `Dieses Passwort ist zu kurz. Verwenden Sie mindestens ${min} Zeichen.`,
  'newPassword.too_long': 'Dieses Passwort ist zu lang. Verwenden Sie ein kürzeres.',
  'newPassword.common':
    'Viele verwenden dieses Passwort, daher wird es bei Angriffen zuerst versucht. Wählen Sie ein anderes.',
  'newPassword.breached':
    'Dieses Passwort steht in einer Liste gestohlener Passwörter. Wählen Sie ein anderes.',
  'newPassword.contains_context':
    'Dieses Passwort enthält Ihren Namen, Ihre Adresse oder den Namen dieses Dienstes. Wählen Sie eines ohne diese.',
  'newPassword.unchanged': 'Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.',
  'newPassword.not_checked':
    'Das Passwort kann gerade nicht geprüft werden. Versuchen Sie es später noch einmal.',
  'strength.0': 'Stärke: sehr schwach.',
  'strength.1': 'Stärke: schwach.',
  'strength.2': 'Stärke: mittel.',
  'strength.3': 'Stärke: gut.',
  'strength.4': 'Stärke: sehr gut.',
  'strength.row_of_keys': 'Eine Tastenreihe ist leicht zu erraten.',
  'strength.keyboard_pattern': 'Ein Muster auf der Tastatur ist leicht zu erraten.',
  'strength.repetition': 'Wiederholungen sind leicht zu erraten.',
  'strength.common': 'Es ähnelt einem häufigen Passwort.',
  'strength.sequence': 'Folgen wie „abc“ sind leicht zu erraten.',
  'strength.year': 'Jahreszahlen sind leicht zu erraten.',
  'strength.date': 'Datumsangaben sind leicht zu erraten.',
  'strength.one_word': 'Ein einzelnes Wort ist leicht zu erraten.',
  'strength.name': 'Namen allein sind leicht zu erraten.',
  'strength.add_words': 'Fügen Sie ein oder zwei seltene Wörter hinzu.',
  'strength.capitals_add_little': 'Großbuchstaben bringen wenig.',
  'strength.reversed_words_add_little': 'Umgekehrte Wörter bringen wenig.',
  'strength.substitutions_add_little': 'Ersetzungen wie „@“ für „a“ bringen wenig.',
  'strength.avoid_keyboard_patterns': 'Vermeiden Sie Muster auf der Tastatur.',
  'strength.avoid_repetition': 'Vermeiden Sie wiederholte Wörter und Zeichen.',
  'strength.avoid_sequences': 'Vermeiden Sie Folgen.',
  'strength.avoid_dates': 'Vermeiden Sie Jahreszahlen und Datumsangaben.',
  'forgot.title': 'Passwort vergessen',
  'forgot.help':
    'Geben Sie die E-Mail-Adresse Ihres Kontos ein. Sie erhalten eine Nachricht mit einem Link, mit dem Sie ein neues Passwort festlegen.',
  'forgot.email': 'E-Mail-Adresse',
  'forgot.enterEmail': 'Geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@example.org.',
  'forgot.send': 'Link senden',
  'forgot.sentTitle': 'Prüfen Sie Ihr Postfach',
  'forgot.sent': (email) =>
    `Wenn ein Konto die Adresse ${isolate(email)} hat, erhält es eine Nachricht mit einem Link. Der Link gilt 30 Minuten.`,
  'forgot.notReceived':
    'Wenn keine Nachricht ankommt, prüfen Sie die Adresse und den Spam-Ordner. Wenn Sie keinen Zugriff auf die Adresse haben, fragen Sie Ihre Administration.',
  'forgot.noMail':
    'Dieser Dienst versendet keine E-Mails. Bitten Sie Ihre Administration um ein neues Passwort.',
  'forgot.noPasswords':
    'Dieser Dienst hat keine Passwörter. Wenn Sie sich nicht mehr anmelden können, bitten Sie Ihre Administration um einen Link, mit dem Sie einen Passkey erstellen.',
  'forgot.back': 'Zurück zur Anmeldung',
  'reset.title': 'Neues Passwort festlegen',
  'reset.help':
    'Alle Ihre Sitzungen werden beendet. Melden Sie sich danach mit dem neuen Passwort an und, falls eingerichtet, mit Ihrem zweiten Faktor.',
  'reset.done': 'Alle Ihre Sitzungen sind beendet. Melden Sie sich mit dem neuen Passwort an.',
  'reset.expired':
    'Er wurde schon benutzt oder ist älter als 30 Minuten. Fordern Sie einen neuen Link an.',
  'reset.requestNew': 'Neuen Link anfordern',
  'reset.passkeyTitle': 'Passkey erstellen',
  'reset.passkeyHelp':
    'Ab jetzt melden Sie sich damit an: mit Fingerabdruck, Gesicht oder Displaysperre dieses Geräts, oder mit einem Sicherheitsschlüssel. Alle Ihre Sitzungen werden beendet.',
  'reset.passkeyDoneTitle': 'Ihr Passkey ist erstellt',
  'reset.passkeyDone': 'Alle Ihre Sitzungen sind beendet. Melden Sie sich mit dem Passkey an.',
  'reset.passkeyExpired':
    'Er wurde schon benutzt oder ist zu alt. Bitten Sie Ihre Administration um einen neuen Link.',
  'changePassword.title': 'Passwort ändern',
  'changePassword.required': 'Ihr Konto braucht ein neues Passwort, bevor Sie fortfahren können.',
  'changePassword.effect': 'Ihre anderen Sitzungen werden beim Speichern beendet.',
  'changePassword.noPassword':
    'Ihr Konto hat kein Passwort. Sie melden sich bei einem Anbieter an.',
  'changePassword.notOffered':
    'Dieser Dienst hat keine Passwörter. Sie melden sich mit einem Passkey oder bei einem Anbieter an.',
  'changePassword.setTitle': 'Passwort festlegen',
  'changePassword.setEffect': 'Sie können sich dann auch ohne Ihren Anbieter anmelden.',
  'changePassword.doneTitle': 'Ihr Passwort wurde geändert',
  'changePassword.done': 'Ihre anderen Sitzungen sind beendet.',
};
