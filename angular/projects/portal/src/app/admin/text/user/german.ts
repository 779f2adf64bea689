import { isolate, pluralIn } from '@vestibule/angular/console';
import type { UserTexts } from '../user';

const plural = pluralIn('de');

const german: UserTexts = {
  title: 'Benutzer',
  back: 'Alle Benutzer',
  canSignIn: 'Dieser Benutzer kann sich anmelden.',
  cannotSignIn: {
    disabled: 'Dieser Benutzer kann sich nicht anmelden: Das Konto ist deaktiviert.',
    quarantined:
      'Dieser Benutzer kann sich nicht anmelden: Das Konto ist unter Quarantäne, weil sich der Inhaber der Adresse mit einem anderen Konto angemeldet hat.',
    locked: 'Dieser Benutzer kann sich gerade nicht anmelden: Es gab zu viele Fehlversuche.',
    no_sign_in_method:
      'Dieser Benutzer kann sich nicht anmelden: Das Konto hat kein Passwort, keinen Anbieter und keinen Passkey, der allein anmeldet.',
    password_expired:
      'Dieser Benutzer kann sich nicht anmelden: Das vergebene Passwort ist abgelaufen. Setzen Sie es zurück.',
  },
  cannotSignInOther: 'Dieser Benutzer kann sich nicht anmelden.',
  noMethodNoPasswords:
    'Dieser Benutzer kann sich nicht anmelden: Das Konto hat keinen Anbieter und keinen Passkey, der allein anmeldet. Senden Sie einen Link für einen Passkey.',
  lockedUntil: (time) => `Versuche werden bis ${time} abgelehnt.`,
  deletedAt: (time) =>
    `Der Benutzer hat die Löschung verlangt. Das Konto wird am ${time} gelöscht.`,
  formerIds: (ids) => `Diese Konten wurden mit diesem zusammengeführt: ${isolate(ids)}.`,
  openedByFormerId: (id) => `Das Konto ${isolate(id)} wurde mit diesem zusammengeführt.`,
  changed: 'Der Benutzer wurde inzwischen geändert:',
  change: (field, before, after) =>
    `${field}: vorher „${isolate(before)}“, jetzt „${isolate(after)}“`,
  profile: 'Profil',
  fields: {
    id: 'ID',
    username: 'Benutzername',
    email: 'Adresse',
    emailVerified: 'Adresse bestätigt',
    displayName: 'Name',
    locale: 'Sprache',
    roles: 'Rollen',
    assignedRoles: 'Hier vergebene Rollen',
    status: 'Status',
    hasPassword: 'Hat ein Passwort',
    mustChangePassword: 'Muss das Passwort ändern',
    mfaEnabled: 'Zweiter Faktor',
    providers: 'Anbieter',
    createdAt: 'Angelegt',
    createdBy: 'Angelegt von',
    updatedAt: 'Geändert',
    lastLoginAt: 'Letzte Anmeldung',
  },
  verified: 'bestätigt',
  unverified: 'nicht bestätigt',
  fromProvider: (provider) => `von ${isolate(provider)}`,
  rolesOf: (provider, roles) => `${isolate(roles)} von ${isolate(provider)}`,
  createdBy: {
    administrator: 'einem Administrator',
    provider: 'einem Anbieter',
    user: 'dem Benutzer',
  },
  methods: 'Anmeldewege',
  password: 'Passwort',
  passwordSet: (time) => `Gesetzt am ${time}`,
  passwordNone: 'Kein Passwort',
  mustChange: 'Der Benutzer muss bei der nächsten Anmeldung ein neues Passwort wählen.',
  apps: 'Authenticator-Apps',
  app: (name, added, used) => `${isolate(name)}: hinzugefügt ${added}, zuletzt benutzt: ${used}`,
  unnamedApp: 'App ohne Namen',
  noApp: 'Keine Authenticator-App',
  passkeys: 'Passkeys',
  noPasskey: 'Kein Passkey',
  addedAt: (time) => `Hinzugefügt: ${time}`,
  usedAt: (time) => `Zuletzt benutzt: ${time}`,
  synced: 'Zwischen Geräten synchronisiert',
  deviceBound: 'Nur auf einem Gerät',
  aaguid: 'Modell (AAGUID)',
  messageCodes: 'Codes per Nachricht',
  byEmail: 'E-Mail',
  bySms: 'SMS',
  codesTo: (kind, target, added, used) =>
    `${kind}: ${isolate(target)}, hinzugefügt ${added}, zuletzt benutzt: ${used}`,
  recoveryCodes: 'Übrige Wiederherstellungscodes',
  identities: 'Anbieter',
  noIdentity: 'Kein Anbieter ist verknüpft.',
  linkedAt: (time) => `Verknüpft: ${time}`,
  lastUsedAt: (time) => `Letzte Anmeldung: ${time}`,
  subject: 'Subject beim Anbieter',
  unlinkedAt: (time) => `Verknüpfung gelöst: ${time}`,
  unlink: {
    label: 'Verknüpfung lösen',
    consequences:
      'Der Benutzer kann sich mit dieser Identität des Anbieters nicht mehr anmelden und verliert die Rollen, die von ihr kamen. Die Identität wird nicht von selbst wieder verknüpft.',
    done: 'Die Verknüpfung wurde gelöst.',
  },
  unlinkNamed: (label) => `Verknüpfung mit ${isolate(label)} lösen`,
  locks: 'Wartezeiten nach Fehlversuchen',
  lock: (failures, until) =>
    plural(failures, {
      one: `Ein Fehlversuch, abgelehnt bis ${until}`,
      other: `# Fehlversuche, abgelehnt bis ${until}`,
    }),
  lockOfKnownDevice: 'auf einem bekannten Gerät des Benutzers',
  sessions: 'Sitzungen',
  noSession: 'Der Benutzer ist nicht angemeldet.',
  endSession: {
    label: 'Beenden',
    consequences:
      'Dieser Browser muss sich neu anmelden. Nicht gespeicherte Eingaben dort können verloren gehen.',
    done: 'Die Sitzung wurde beendet.',
  },
  endSessionNamed: (device) => `Sitzung in ${isolate(device)} beenden`,
  events: 'Audit-Ereignisse',
  noEvent: 'Es ist noch nichts aufgezeichnet.',
  olderEvents: 'Ältere Ereignisse anzeigen',
  by: (actor) => `Von: ${isolate(actor)}`,
  statedReason: (reason) => `Grund: ${isolate(reason)}`,
  network: (ip) => `Netzwerkadresse: ${isolate(ip)}`,
  trace: 'Wie das Konto gewählt wurde',
  acts: 'Aktionen',
  noAct: 'Ihre Rollen erlauben nicht, Benutzer zu ändern.',
  onlyFull: 'Dieser Benutzer ist Administrator. Nur die Rolle „admin“ darf Administratoren ändern.',
  ownAccount:
    'Dies ist Ihr eigenes Konto: Ein anderer Administrator muss es deaktivieren oder löschen.',
  act: {
    edit: {
      label: 'Profil und Rollen bearbeiten',
      consequences:
        'Ein Feld, das Sie hier ändern, wird nicht mehr von einem Anbieter aktualisiert.',
      done: 'Das Profil wurde geändert.',
    },
    unlock: {
      label: 'Wartezeiten aufheben',
      consequences: 'Der Benutzer kann sofort wieder versuchen, sich anzumelden.',
      done: 'Die Wartezeiten wurden aufgehoben.',
    },
    'end-sessions': {
      label: 'Alle Sitzungen beenden',
      consequences: 'Der Benutzer wird innerhalb einer Sekunde überall abgemeldet.',
      done: 'Alle Sitzungen wurden beendet.',
    },
    'reset-password': {
      label: 'Passwort zurücksetzen',
      consequences:
        'Alle Sitzungen des Benutzers enden. Das jetzige Passwort ist nicht mehr gültig.',
      done: 'Das Passwort wurde zurückgesetzt.',
    },
    'reset-mfa': {
      label: 'Zweiten Faktor zurücksetzen',
      consequences:
        'Alle Passkeys, Authenticator-Apps, Telefonnummern, Codes per E-Mail und Wiederherstellungscodes werden entfernt, und alle Sitzungen enden. Prüfen Sie, dass die Bitte vom Benutzer kommt: Auch ein Angreifer bittet darum.',
      done: 'Der zweite Faktor wurde zurückgesetzt.',
    },
    disable: {
      label: 'Deaktivieren',
      consequences:
        'Alle Sitzungen enden, und der Benutzer kann sich nicht anmelden, bis das Konto aktiviert wird.',
      done: 'Das Konto ist deaktiviert.',
    },
    enable: {
      label: 'Aktivieren',
      consequences: 'Der Benutzer kann sich wieder anmelden.',
      done: 'Das Konto ist aktiviert.',
    },
    delete: {
      label: 'Löschen',
      consequences:
        'Das Konto und alles, was über den Benutzer gespeichert ist, wird sofort gelöscht. Dies kann nicht rückgängig gemacht werden.',
      done: 'Der Benutzer wurde gelöscht.',
    },
  },
  passkeyLink: {
    label: 'Link für einen Passkey senden',
    consequences:
      'Mit dem Link erstellt der Benutzer einen Passkey. Danach enden alle Sitzungen des Benutzers.',
    done: 'Der Link wurde erstellt.',
  },
  passkeyLinkBy: 'Wie der Benutzer den Link erhält',
  resetBy: 'Wie der Benutzer ein neues Passwort erhält',
  resets: {
    mail: 'Link per E-Mail senden',
    link: 'Link zum Weitergeben anzeigen',
    remove: 'Passwort entfernen',
  },
  resetUrl: 'Geben Sie diesen Link dem Benutzer. Er wird nur jetzt angezeigt und gilt einmal.',
  rolesHelp: 'Trennen Sie Rollen mit Kommas. Rollen von Anbietern werden hier nicht geändert.',
  emptyHelp: 'Ein leeres Feld entfernt den Wert.',
};

export default german;
