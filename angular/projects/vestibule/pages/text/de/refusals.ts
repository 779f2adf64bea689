import type { refusals as english } from '../en/refusals';

export const refusals: typeof english = {
  'refusal.provider_unknown':
    'Dieser Anmeldedienst ist hier nicht eingerichtet. Wählen Sie eine andere Anmeldemethode.',
  'refusal.provider_unavailable':
    'Der Anmeldedienst ist nicht erreichbar. Versuchen Sie es in einigen Minuten erneut oder verwenden Sie eine andere Anmeldemethode.',
  'refusal.provider_error':
    'Der Anmeldedienst hat einen Fehler gemeldet. Versuchen Sie es erneut; wenn das nicht hilft, fragen Sie Ihre Administration.',
  'refusal.provider_response_invalid':
    'Die Antwort des Anmeldedienstes war ungültig und wurde nicht verwendet. Versuchen Sie es erneut; wenn das nicht hilft, fragen Sie Ihre Administration.',
  'refusal.access_denied':
    'Der Anmeldedienst hat den Zugriff verweigert, oder Ihre Organisation oder Adresse ist hier nicht zugelassen. Bitten Sie Ihre Administration um Zugriff.',
  'refusal.login_cancelled':
    'Sie haben beim Anmeldedienst abgebrochen. Melden Sie sich erneut an oder wählen Sie eine andere Anmeldemethode.',
  'refusal.login_expired':
    'Diese Anmeldung ist nicht mehr gültig. Sie hat zu lange gedauert, wurde schon benutzt, in einem anderen Browser begonnen oder von Ihrem Anmeldedienst beendet. Beginnen Sie auf dieser Seite erneut.',
  'refusal.too_many_attempts':
    'Zu viele Anmeldungen aus Ihrem Netz sind beim Anmeldedienst fehlgeschlagen. Versuchen Sie es in zehn Minuten erneut oder verwenden Sie eine andere Anmeldemethode.',
  'refusal.signup_not_allowed':
    'Sie haben hier kein Konto, und dieser Anmeldedienst darf keines anlegen. Bitten Sie Ihre Administration um ein Konto.',
  'refusal.account_disabled':
    'Ihr Konto ist gesperrt. Bitten Sie Ihre Administration, es freizugeben.',
  'refusal.link_ambiguous':
    'Mehr als ein Konto passt, daher wurde keines gewählt. Bitten Sie Ihre Administration, das zu klären.',
  'refusal.identity_unlinked':
    'Die Verknüpfung dieses Anmeldedienstes mit Ihrem Konto wurde gelöst. Melden Sie sich mit einer anderen Methode an und verknüpfen Sie ihn unter „Anmeldemethoden“ wieder.',
  'refusal.link_refused':
    'Die Identität ist bereits mit einem anderen Konto verknüpft, oder Sie haben sich vor dem Ende der Verknüpfung abgemeldet. Versuchen Sie es in Ihrem Konto erneut; wenn das nicht hilft, fragen Sie Ihre Administration.',
  'refusal.reauthentication_refused':
    'Der Anmeldedienst hat Sie nicht erneut angemeldet, Sie haben dort ein anderes Konto verwendet oder sich abgemeldet. Versuchen Sie es erneut und melden Sie sich dort an; wenn das nicht hilft, fragen Sie Ihre Administration.',

  'refusal.other': 'Beginnen Sie erneut; wenn das nicht hilft, fragen Sie Ihre Administration.',
  'refusalSignedIn.provider_unknown':
    'Dieser Anmeldedienst ist hier nicht mehr eingerichtet. Wählen Sie einen anderen.',
  'refusalSignedIn.provider_unavailable':
    'Der Anmeldedienst ist nicht erreichbar. Versuchen Sie es in einigen Minuten erneut.',
  'refusalSignedIn.access_denied':
    'Der Anmeldedienst hat den Zugriff verweigert, oder Ihre Organisation oder Adresse ist hier nicht zugelassen. Fragen Sie Ihre Administration.',
  'refusalSignedIn.login_cancelled':
    'Sie haben beim Anmeldedienst abgebrochen. Beginnen Sie in Ihrem Konto erneut.',
  'refusalSignedIn.login_expired':
    'Die Anfrage ist nicht mehr gültig. Sie hat zu lange gedauert, wurde schon benutzt, in einem anderen Browser begonnen oder von Ihrem Anmeldedienst beendet. Beginnen Sie in Ihrem Konto erneut.',
  'refusalSignedIn.reauthentication_refused':
    'Der Anmeldedienst hat Sie nicht erneut angemeldet, oder Sie haben dort ein anderes als das verknüpfte Konto verwendet. Versuchen Sie es mit dem verknüpften Konto, oder melden Sie sich ab und wieder an.',
};
