import type { passkeys as english } from '../en/passkeys';
import { isolate } from '../isolate';

export const passkeys: typeof english = {
  'passkey.title': 'Passkey',
  'passkey.explanation':
    'Sie melden sich mit Fingerabdruck, Gesicht oder Bildschirmsperre Ihres Geräts oder mit einem Sicherheitsschlüssel an. Eine gefälschte Seite kann Ihren Passkey nicht verwenden.',
  'passkey.create': 'Passkey erstellen',
  'passkey.help':
    'Verwenden Sie Ihren Passkey: mit Fingerabdruck, Gesicht oder Bildschirmsperre Ihres Geräts oder mit einem Sicherheitsschlüssel.',
  'passkey.use': 'Passkey verwenden',
  'passkey.follow': 'Folgen Sie den Schritten, die Ihr Browser zeigt.',
  'passkey.cancelled':
    'Es wurde kein Passkey verwendet: Sie haben abgebrochen, oder die Zeit war um.',
  'passkey.notCreated':
    'Es wurde kein Passkey erstellt: Sie haben abgebrochen, die Zeit war um, oder das Gerät kann nicht prüfen, wer es benutzt. Verwenden Sie ein Gerät mit Displaysperre oder PIN.',
  'passkey.registered':
    'Dieses Gerät hat bereits einen Passkey für Ihr Konto. Verwenden Sie diesen, oder ein anderes Gerät oder einen anderen Sicherheitsschlüssel.',
  'passkey.wrongHost':
    'Passkeys funktionieren unter dieser Adresse nicht. Öffnen Sie die Adresse, die Sie von Ihrer Organisation erhalten haben.',
  'passkey.unsupported':
    'Dieser Browser kann hier keine Passkeys verwenden. Nutzen Sie einen anderen Browser, ein anderes Gerät oder eine andere Anmeldemethode.',
  'passkey.failed':
    'Der Passkey konnte nicht verwendet werden. Versuchen Sie es erneut, oder nutzen Sie eine andere Methode.',
  'passkey.doneTitle': 'Ihr Passkey ist eingerichtet',
  'passkey.done': 'Ab jetzt können Sie ihn bei der Anmeldung verwenden.',
  'secondFactor.usePasskey': 'Passkey nutzen',
  'enrol.chooseTitle': 'Zweiten Faktor einrichten',
  'enrol.requiredChoice':
    'Ihr Konto verlangt einen zweiten Faktor. Richten Sie einen Passkey oder eine Authenticator-App ein, um fortzufahren.',
  'enrol.appTitle': 'Authenticator-App',
  'passkeys.title': 'Passkeys',
  'passkeys.help': 'Mit einem Passkey melden Sie sich an, ohne etwas einzutippen.',
  'passkeys.none':
    'Keine. Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre Ihres Geräts oder mit einem Sicherheitsschlüssel an.',
  'passkeys.add': 'Passkey hinzufügen',
  'passkeys.added': (name) => `${isolate(name)} ist hinzugefügt.`,
  'passkeys.name': 'Name des Passkeys',
  'passkeys.renamed': (name) => `Der Passkey heißt jetzt ${isolate(name)}.`,
  'passkeys.synced': 'synchronisiert: auf allen Geräten Ihres Passwortmanagers',
  'passkeys.deviceBound': 'nur auf einem Gerät oder Sicherheitsschlüssel',
  'passkeys.alone': 'meldet Sie ohne Passwort an',
  'passkeys.factorOnly': 'nur als zweiter Faktor, nach einer anderen Anmeldemethode',
  'passkeys.removeOne': (name) =>
    `${isolate(name)} entfernen? Sie können sich dann nicht mehr damit anmelden. Löschen Sie ihn auch auf Ihrem Gerät oder in Ihrem Passwortmanager. Ihre Sitzungen auf anderen Geräten enden.`,
  'passkeys.removeOnly': (name) =>
    `${isolate(name)} entfernen? Es ist Ihr einziger zweiter Faktor. Danach öffnet Ihre andere Anmeldemethode allein Ihr Konto, und Ihre Wiederherstellungscodes gelten nicht mehr. Ihre Sitzungen auf anderen Geräten enden.`,
  'passkeys.removeLast': (name) =>
    `${isolate(name)} entfernen? Es ist Ihr einziger Anmeldeweg und kann deshalb nicht entfernt werden. Fügen Sie zuerst einen weiteren Passkey hinzu.`,
  'passkeys.addSecond':
    'Dieser Passkey ist Ihr einziger Anmeldeweg. Fügen Sie einen zweiten hinzu, auf einem anderen Gerät oder einem Sicherheitsschlüssel: Wenn Sie den einzigen verlieren, muss Ihre Administration helfen.',
  'offer.title': 'Nächstes Mal schneller anmelden',
  'offer.text':
    'Erstellen Sie einen Passkey auf diesem Gerät. Beim nächsten Mal melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre an.',
  'offer.notNow': 'Nicht jetzt',
};
