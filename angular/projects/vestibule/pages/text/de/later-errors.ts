import type { laterErrors as english } from '../en/later-errors';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const laterErrors: typeof english = {
  'error.code_invalid':
    'Dieser Code ist falsch oder wurde schon benutzt. Prüfen Sie ihn und geben Sie ihn erneut ein, oder warten Sie auf den nächsten.',
  'error.passkey_invalid':
    'Der Passkey wurde nicht akzeptiert. Versuchen Sie es mit demselben erneut, oder nutzen Sie eine andere Methode.',
  'error.ceremony_over':
    'Das hat länger als fünf Minuten gedauert oder ist schon erledigt. Beginnen Sie erneut.',
  'error.passkey_not_allowed':
    'Ihre Organisation erlaubt diese Art von Passkey nicht. Nutzen Sie ein anderes Gerät oder einen anderen Sicherheitsschlüssel.',
  'error.passkey_refused':
    'Die Anmeldung mit diesem Passkey wurde abgelehnt. Versuchen Sie es erneut, oder nutzen Sie eine andere Methode.',
  'error.passkey_unknown':
    'Dieser Passkey wurde aus dem Konto entfernt. Nutzen Sie eine andere Methode, oder wenden Sie sich an Ihre Administration. Löschen Sie den Passkey auf Ihrem Gerät oder in Ihrem Passwortmanager.',
  'error.passkey_registered':
    'Dieser Passkey ist schon registriert. Nutzen Sie ein anderes Gerät oder einen anderen Sicherheitsschlüssel.',
  'error.password_rejected':
    'Dieses Passwort ist nicht zulässig. Wählen Sie ein längeres und weniger gebräuchliches.',
  'error.password_wrong':
    'Das aktuelle Passwort ist falsch. Prüfen Sie es und geben Sie es erneut ein.',
  'error.password_change_required': 'Legen Sie zuerst ein neues Passwort fest.',
  'error.token_invalid':
    'Dieser Link aus der E-Mail ist abgelaufen oder wurde schon benutzt. Fordern Sie einen neuen an.',
  'error.reauthentication_required':
    'Dafür muss Ihre Anmeldung weniger als 10 Minuten alt sein. Melden Sie sich ab und wieder an und versuchen Sie es dann erneut.',
  'error.no_pending_link':
    'Es gibt keine Verknüpfung zu bestätigen. Beginnen Sie erneut auf der Anmeldeseite.',
  'error.handle_taken':
    'Ein anderes Konto verwendet diesen Namen oder diese Adresse. Wählen Sie etwas anderes.',
  'error.identity_in_use':
    'Diese Identität ist bereits mit einem anderen Konto verknüpft. Brechen Sie ab und fragen Sie Ihre Administration, welches Konto das ist.',
  'error.link_account_mismatch':
    'Die Verknüpfung gehört zu einem anderen Konto als dem, in dem Sie angemeldet sind. Melden Sie sich ab und dann in dem anderen Konto an.',
  'error.last_administrator':
    'Das ist das letzte Administratorkonto. Geben Sie zuerst einem anderen Konto die Rolle.',
  'error.last_way_in':
    'Das ist Ihre einzige Anmeldemethode, daher kann sie nicht entfernt werden. Richten Sie zuerst eine andere Anmeldemethode ein.',
  'error.factor_required':
    'Ihr Konto braucht einen zweiten Faktor. Richten Sie einen anderen ein, bevor Sie diesen entfernen.',
  'error.message_not_sent':
    'Die Nachricht konnte nicht gesendet werden. Verwenden Sie eine andere Methode oder versuchen Sie es später erneut.',
  'error.too_many_factors':
    'Ihr Konto hat bereits die größte Anzahl zweiter Faktoren dieser Art. Entfernen Sie zuerst einen.',
  'error.merge_refused':
    'Diese Benutzer können nicht zusammengeführt werden. Wählen Sie andere Benutzer.',
  'error.undo_refused':
    'Die Zusammenführung kann nicht rückgängig gemacht werden. Prüfen Sie beide Benutzer.',
  'error.no_pending_enrolment': 'Diese Einrichtung ist abgelaufen. Beginnen Sie erneut.',
  'error.already_signed_in': 'Sie sind bereits angemeldet. Laden Sie die Seite neu.',
  'error.revision_stale':
    'Die Daten wurden inzwischen geändert. Laden Sie die Seite neu und prüfen Sie sie.',
  'failure.clockAhead': (minutes) =>
    `${plural(minutes, { one: 'Die Uhr Ihres Smartphones geht eine Minute vor.', other: 'Die Uhr Ihres Smartphones geht # Minuten vor.' })} Stellen Sie die Uhrzeit auf automatisch und geben Sie dann den nächsten Code ein.`,
  'failure.clockBehind': (minutes) =>
    `${plural(minutes, { one: 'Die Uhr Ihres Smartphones geht eine Minute nach.', other: 'Die Uhr Ihres Smartphones geht # Minuten nach.' })} Stellen Sie die Uhrzeit auf automatisch und geben Sie dann den nächsten Code ein.`,
};
