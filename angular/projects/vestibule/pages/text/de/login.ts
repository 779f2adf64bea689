import type { login as english } from '../en/login';

export const login: typeof english = {
  'signIn.title': 'Anmelden',
  'signIn.userName': 'Benutzername oder E-Mail-Adresse',
  'signIn.password': 'Passwort',
  'signIn.showPassword': 'Passwort anzeigen',
  'signIn.capsLock': 'Die Feststelltaste ist aktiv.',
  'signIn.enterUserName': 'Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.',
  'signIn.enterPassword': 'Geben Sie Ihr Passwort ein.',
  'signIn.forgot': 'Passwort vergessen?',
  'signIn.remember': 'Auf diesem Gerät angemeldet bleiben',
  'signIn.submit': 'Anmelden',
  'signIn.submitting': 'Anmeldung läuft …',
  'signIn.passkey': 'Mit Passkey anmelden',
};
