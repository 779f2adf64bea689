import type { federated as english } from '../en/federated';
import { isolate } from '../isolate';

export const federated: typeof english = {
  'federated.refusedTitle': 'Vorgang nicht abgeschlossen',
  'federated.failed': 'Die Anmeldung ist fehlgeschlagen.',
  'federated.failedWith': (label) => `Die Anmeldung mit ${label} ist fehlgeschlagen.`,
  'federated.requestFailed': 'Ihr Vorgang wurde nicht abgeschlossen.',
  'federated.requestFailedWith': (label) => `Ihr Vorgang bei ${label} wurde nicht abgeschlossen.`,
  'federated.cancelled': 'Sie haben die Anmeldung abgebrochen.',
  'federated.cancelledWith': (label) => `Sie haben bei ${label} abgebrochen.`,
  'federated.traceHelp': 'Nennen Sie Ihrer Administration diese Kennung:',
  'federated.stillSignedIn': 'Sie sind weiterhin angemeldet. Ihr Konto wurde nicht geändert.',
  'federated.backToAccount': 'Zurück zu Ihrem Konto',
  'federated.back': 'Zurück',
  'federated.confirmTitle': 'Anmeldung bestätigen',
  'federated.confirm': (label) => `Mit ${label} anmelden?`,
  'federated.confirmHelp':
    'Ein Link auf einer anderen Seite hat diese Anmeldung geöffnet. Fahren Sie nur fort, wenn Sie sich jetzt anmelden möchten.',
  'federated.replacesSession': (name) =>
    `Sie sind als ${isolate(name)} angemeldet. Diese Anmeldung beendet jene Sitzung.`,
  'federated.retrying': (label) => `${label} ist nicht erreichbar. Diese Seite versucht es erneut.`,
  'federated.otherMethod': 'Anderen Anmeldeweg verwenden',
  'federated.stay': 'Angemeldet bleiben',
  'federated.notSetUp': 'Dieser Anbieter ist hier nicht eingerichtet.',
  'federated.chooseMethod': 'Anmeldeweg wählen',
  'federated.methodsFailed': 'Die Anmeldewege konnten nicht geladen werden.',
  'federated.anotherUser': 'eine andere Person',
  'link.title': 'Anbieter verknüpfen',
  'link.nothing': 'Nichts zu verknüpfen',
  'link.nothingHelp':
    'In diesem Browser wartet keine Verknüpfung. Sie wurde bereits bestätigt oder abgebrochen, oder sie ist nach 10 Minuten abgelaufen.',
  'link.toAccount': 'Zu Ihrem Konto',
  'link.toSignIn': 'Zur Anmeldung',
  'link.step': (label) => `Noch ein Schritt zur Anmeldung mit ${label}`,
  'link.exists': (email) => `Es gibt bereits ein Konto mit der Adresse ${isolate(email)}.`,
  'link.existsAt': (label) => `Es gibt bereits ein Konto mit Ihrer Adresse bei ${label}.`,
  'link.signInFirst': (label) =>
    `Melden Sie sich dort wie gewohnt an und bestätigen Sie dann die Verknüpfung mit ${label}.`,
  'link.noAccess':
    'Wenn Sie sich bei diesem Konto nicht anmelden können, fragen Sie Ihre Administration.',
  'link.noAccessTrace':
    'Wenn Sie sich bei diesem Konto nicht anmelden können, nennen Sie Ihrer Administration diese Kennung:',
  'link.confirmTitle': (label) => `${label} mit diesem Konto verknüpfen?`,
  'link.signedInAs': (name) => `Sie sind als ${isolate(name)} angemeldet.`,
  'link.effect': (label) => `Danach kann dieses Konto öffnen, wer sich bei ${label} anmeldet.`,
  'link.effectAs': (label, email) =>
    `Danach kann dieses Konto öffnen, wer sich bei ${label} als ${isolate(email)} anmeldet.`,
  'link.notYou': 'Wenn Sie das nicht begonnen haben, brechen Sie ab.',
  'link.confirm': 'Bestätigen',
  'link.wrongAccount': (name) =>
    `Sie sind als ${isolate(name)} angemeldet, aber diese Verknüpfung gehört zu einem anderen Konto. Melden Sie sich ab und dann bei jenem Konto an.`,
  'link.signInAgain': 'Abmelden und neu anmelden',
  'link.linked': (label) => `${label} ist jetzt mit Ihrem Konto verknüpft.`,
  'link.nothingLinked': 'Es wurde nichts verknüpft.',
  'link.thisUser': 'diese Person',
};
