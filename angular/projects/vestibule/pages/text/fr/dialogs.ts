import type { dialogs as english } from '../en/dialogs';

export const dialogs: typeof english = {
  'dialog.enrolInWindow':
    'Configurez l’application d’authentification dans la fenêtre qui s’est ouverte. Votre saisie sur cette page est conservée.',
  'dialog.escapeAgain':
    'Appuyez de nouveau sur Échap pour quitter cette page. Votre saisie sera perdue.',
  'dialog.leavePage': 'Quitter cette page',
  'dialog.openTab': (label) => `Se connecter avec ${label} dans un nouvel onglet`,
  'dialog.otherWay': 'Utiliser une autre méthode',
  'dialog.pageIsKept': 'Connectez-vous pour continuer. La page et votre saisie sont conservées.',
  'dialog.signInAgain': 'Se reconnecter',
  'dialog.window': (label) => `Connectez-vous avec ${label} dans la fenêtre qui s’est ouverte.`,
  'dialog.windowBlocked': 'Le navigateur a bloqué la fenêtre de connexion.',
  'signedIn.title': 'Vous êtes connecté',
  'signedIn.text': 'Vous pouvez fermer cette fenêtre.',
};
