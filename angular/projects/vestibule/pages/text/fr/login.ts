import type { login as english } from '../en/login';

export const login: typeof english = {
  'signIn.title': 'Connexion',
  'signIn.userName': 'Nom d’utilisateur ou e-mail',
  'signIn.password': 'Mot de passe',
  'signIn.showPassword': 'Afficher le mot de passe',
  'signIn.capsLock': 'Le verrouillage des majuscules est activé.',
  'signIn.enterUserName': 'Saisissez votre nom d’utilisateur ou votre adresse e-mail.',
  'signIn.enterPassword': 'Saisissez votre mot de passe.',
  'signIn.forgot': 'Mot de passe oublié ?',
  'signIn.remember': 'Rester connecté sur cet appareil',
  'signIn.submit': 'Se connecter',
  'signIn.submitting': 'Connexion en cours…',
  'signIn.passkey': 'Se connecter avec une clé d’accès',
};
