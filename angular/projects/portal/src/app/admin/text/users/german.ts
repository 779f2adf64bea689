import { pluralIn } from '@vestibule/angular/console';
import type { UsersTexts } from '../users';

const plural = pluralIn('de');

const german: UsersTexts = {
  title: 'Benutzer',
  create: 'Benutzer anlegen',
  search: 'Name, Benutzername, Adresse oder ID',
  status: 'Status',
  statuses: { active: 'Aktiv', disabled: 'Deaktiviert', quarantined: 'Unter Quarantäne' },
  provider: 'Anbieter',
  role: 'Rolle',
  secondFactor: 'Zweiter Faktor',
  locked: 'Gesperrt',
  order: 'Reihenfolge',
  orders: {
    username: ['Benutzername, A bis Z', 'Benutzername, Z bis A'],
    email: ['Adresse, A bis Z', 'Adresse, Z bis A'],
    createdAt: ['Ältestes Konto zuerst', 'Neuestes Konto zuerst'],
    lastLoginAt: ['Längste Zeit ohne Anmeldung zuerst', 'Letzte Anmeldung zuerst'],
  },
  count: (count) => plural(count, { one: 'Ein Benutzer', other: '# Benutzer' }),
  countOfPage: (count) =>
    plural(count, { one: 'Ein Benutzer auf dieser Seite', other: '# Benutzer auf dieser Seite' }),
  noUsers: 'Kein Benutzer passt. Ändern oder entfernen Sie die Filter.',
  caption: 'Benutzer, die zu den Filtern passen',
  user: 'Benutzer',
  methods: 'Anmeldewege',
  password: 'Passwort',
  roles: 'Rollen',
  lastLogin: 'Letzte Anmeldung',
  lockedUntil: (time) => `Gesperrt bis ${time}`,
  deletedAt: (time) => `Wird am ${time} gelöscht`,
  secondFactorOn: 'An',
  secondFactorOff: 'Aus',
  factors: {
    passkey: 'Passkey',
    totp: 'App',
    smsCode: 'SMS',
    emailCode: 'E-Mail',
    recoveryCode: 'Wiederherstellungscodes',
  },
};

export default german;
