import type { security as english } from '../en/security';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const security: typeof english = {
  'password.help': 'Eine Änderung beendet Ihre Sitzungen auf allen anderen Geräten.',
  'password.change': 'Passwort ändern',
  'password.none': 'Keines. Mit einem Passwort können Sie sich auch ohne Ihren Anbieter anmelden.',
  'password.set': 'Passwort festlegen',
  'authenticators.title': 'Authenticator-Apps',
  'authenticators.none':
    'Keine. Eine App schützt Ihr Konto, falls Ihr Passwort gestohlen wird: Jede Anmeldung braucht dann ihren Code.',
  'authenticators.noneNoPassword':
    'Keine. Mit einer App braucht jede Anmeldung bei einem Anbieter auch deren Code.',
  'authenticators.added': (date) => `hinzugefügt am ${date}`,
  'authenticators.notUsed': 'noch nicht zur Anmeldung verwendet',
  'authenticators.add': 'Authenticator-App hinzufügen',
  'authenticators.name': 'Name der App',
  'authenticators.rename': 'Umbenennen',
  'authenticators.renameNamed': (name) => `Umbenennen: ${name}`,
  'authenticators.renamed': (name) => `Die App heißt jetzt ${isolate(name)}.`,
  'authenticators.remove': 'Entfernen',
  'authenticators.removeNamed': (name) => `Entfernen: ${name}`,
  'authenticators.removeOne': (name) =>
    `${isolate(name)} entfernen? Ihre Codes gelten dann nicht mehr. Sie verwenden dann Ihren anderen zweiten Faktor. Ihre Sitzungen auf anderen Geräten enden.`,
  'authenticators.removeOnly': (name) =>
    `${isolate(name)} entfernen? Es ist Ihr einziger zweiter Faktor. Danach schützt kein Code Ihr Konto, und Ihre Wiederherstellungscodes gelten nicht mehr. Ihre Sitzungen auf anderen Geräten enden.`,
  'authenticators.removed': (name) => `${isolate(name)} ist entfernt.`,
  'codes.title': 'Wiederherstellungscodes',
  'codes.help':
    'Jeder Code meldet Sie einmal an, wenn Sie Ihren zweiten Faktor nicht verwenden können.',
  'codes.left': (count) =>
    plural(count, { one: 'Ein Code ist übrig.', other: '# Codes sind übrig.' }),
  'codes.few': 'Erstellen Sie neue, bevor Sie sie brauchen.',
  'codes.createdAt': (date) => `erstellt am ${date}`,
  'codes.replace': 'Neue Codes erstellen',
  'codes.replaceQuestion':
    'Neue Wiederherstellungscodes erstellen? Ihre alten gelten dann nicht mehr.',
  'codes.createQuestion':
    'Wiederherstellungscodes erstellen? Sie werden nur einmal angezeigt, also halten Sie einen Platz zum Speichern bereit.',
  'codes.replaced': 'Ihre neuen Wiederherstellungscodes gelten jetzt.',
  'devices.title': 'Ihre Geräte',
  'devices.help': 'Browser, mit denen Sie sich schon angemeldet haben.',
  'devices.trustHelp': (count) =>
    plural(count, {
      one: 'Browser, mit denen Sie sich schon angemeldet haben. Ein vertrauenswürdiger braucht # Tag lang keinen zweiten Faktor.',
      other:
        'Browser, mit denen Sie sich schon angemeldet haben. Ein vertrauenswürdiger braucht # Tage lang keinen zweiten Faktor.',
    }),
  'devices.current': 'dieses Gerät',
  'devices.lastSeen': (date) => `letzte Anmeldung am ${date}`,
  'devices.firstSeen': (date) => `erste Anmeldung am ${date}`,
  'devices.trustedUntil': (date) => `vertrauenswürdig bis ${date}: kein zweiter Faktor nötig`,
  'devices.forget': 'Vergessen',
  'devices.forgetNamed': (name) => `Vergessen: ${name}`,
  'devices.forgetQuestion': (name) =>
    `${name} vergessen? Die nächste Anmeldung damit braucht den zweiten Faktor und gilt als Anmeldung von einem neuen Gerät. Eine Sitzung, die dort ohne zweiten Faktor geöffnet wurde, fragt sofort danach.`,
  'devices.forgotten': (name) => `${name} ist vergessen.`,
  'device.on': (browser, system) => `${browser} auf ${system}`,
  'device.unknown': 'Unbekanntes Gerät',
};
