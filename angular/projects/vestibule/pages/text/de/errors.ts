import type { errors as english } from '../en/errors';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const errors: typeof english = {
  'error.invalid_request':
    'Der Server konnte die Anfrage nicht lesen. Prüfen Sie das Formular und versuchen Sie es erneut.',
  'error.not_signed_in': 'Sie sind nicht angemeldet. Melden Sie sich zuerst an.',
  'error.invalid_credentials':
    'Benutzername oder Passwort ist falsch. Prüfen Sie beides und versuchen Sie es erneut.',
  'error.second_factor_required': 'Bestätigen Sie zuerst Ihren zweiten Faktor.',
  'error.enrolment_required': 'Richten Sie zuerst einen zweiten Faktor ein.',
  'error.session_ended': 'Ihre Sitzung ist beendet. Melden Sie sich erneut an.',
  'error.csrf_failed': 'Diese Seite ist abgelaufen. Laden Sie sie neu und versuchen Sie es erneut.',
  'error.forbidden':
    'Ihr Konto hat dafür keine Berechtigung. Bitten Sie Ihre Administration um Zugriff.',
  'error.not_found': 'Dieser Eintrag existiert nicht oder wurde entfernt. Laden Sie die Seite neu.',
  'error.method_not_allowed':
    'Diese Aktion ist hier nicht möglich. Laden Sie die Seite neu und versuchen Sie es erneut.',
  'error.too_large': 'Die Eingabe ist zu lang. Kürzen Sie sie und versuchen Sie es erneut.',
  'error.unsupported_media_type':
    'Der Server akzeptiert dieses Format nicht. Laden Sie die Seite neu und versuchen Sie es erneut.',
  'error.too_many_attempts': 'Zu viele Versuche.',
  'error.internal':
    'Auf dem Server ist ein Fehler aufgetreten. Versuchen Sie es gleich noch einmal.',
  'error.busy': 'Der Server ist ausgelastet.',
  'error.store_unavailable': 'Der Dienst ist vorübergehend nicht verfügbar.',
  'error.timeout': 'Der Server hat zu lange gebraucht. Versuchen Sie es erneut.',
  'error.provider_unavailable':
    'Der Anmeldedienst ist nicht erreichbar. Es wurde nichts geändert. Wenn das so bleibt, fragen Sie Ihre Administration.',

  'end.signed_out': 'Sie haben sich abgemeldet.',
  'end.idle': 'Sie wurden wegen Inaktivität abgemeldet.',
  'end.max_age': 'Ihre Sitzung hat die Höchstdauer erreicht. Melden Sie sich erneut an.',
  'end.revoked': 'Ihre Sitzung wurde von einem anderen Gerät oder von der Administration beendet.',
  'end.password_changed': 'Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen Passwort an.',
  'end.factor_changed': 'Wie Sie sich anmelden, wurde geändert. Melden Sie sich erneut an.',
  'end.user_disabled': 'Ihr Konto ist gesperrt. Fragen Sie Ihre Administration.',
  'end.provider_logout': 'Ihr Anmeldedienst hat Sie abgemeldet.',
  'end.sign_in_expired':
    'Die Anmeldung hat zu lange gedauert oder hatte zu viele falsche Codes. Beginnen Sie erneut.',

  'failure.unreachable':
    'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
  'failure.wrongAddress': (url) =>
    `Diese Seite ist unter der falschen Adresse geöffnet. Öffnen Sie stattdessen: ${url}`,
  'failure.cookiesBlocked':
    'Ihr Browser blockiert die Cookies dieser Seite. Erlauben Sie sie und laden Sie die Seite neu.',
  'failure.attemptsLeft': (count) =>
    plural(count, {
      one: 'Sie haben noch einen Versuch. Danach müssen Sie neu beginnen.',
      other: 'Sie haben noch # Versuche. Danach müssen Sie neu beginnen.',
    }),
  'failure.requestId': (id) =>
    `Wenn das wieder vorkommt, nennen Sie Ihrer Administration diese Anfrage-ID: ${id}`,
  'wait.mustWait': (time) => `Sie müssen ${time} warten.`,
  'wait.tryAgainIn': (time) => `Versuchen Sie es in ${time} erneut.`,
  'wait.tryAgainNow': 'Sie können es jetzt erneut versuchen.',
};
