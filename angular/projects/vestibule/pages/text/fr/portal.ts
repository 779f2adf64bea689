import type { portal as english } from '../en/portal';

export const portal: typeof english = {
  'portal.skip': 'Aller au contenu',
  'portal.home': (brand) => `${brand}, page d’accueil`,
  'portal.signOut': 'Se déconnecter',
  'portal.signingOut': 'Déconnexion…',
  'portal.unreachable': 'Le serveur est injoignable. Nouvelle tentative…',
  'portal.checking': 'Vérification de votre connexion…',
  'portal.support': 'Aide et contact',
  'preferences.language': 'Langue',
  'preferences.theme': 'Couleurs',
  'theme.system': 'Comme le système',
  'theme.light': 'Clair',
  'theme.dark': 'Sombre',
  'loadFailed.title': 'La page n’a pas pu être chargée',
  'loadFailed.text':
    'Une partie de cette page manque : la connexion a échoué, ou une nouvelle version a été installée.',
  'loadFailed.again': 'Le serveur reste injoignable. Vérifiez votre connexion et réessayez.',
};
