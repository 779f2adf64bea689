import type { federated as english } from '../en/federated';
import { isolate } from '../isolate';

export const federated: typeof english = {
  'federated.refusedTitle': 'Demande non aboutie',
  'federated.failed': 'La connexion a échoué.',
  'federated.failedWith': (label) => `La connexion avec ${label} a échoué.`,
  'federated.requestFailed': 'Votre demande n’a pas abouti.',
  'federated.requestFailedWith': (label) => `Votre demande à ${label} n’a pas abouti.`,
  'federated.cancelled': 'Vous avez annulé la connexion.',
  'federated.cancelledWith': (label) => `Vous avez annulé chez ${label}.`,
  'federated.traceHelp': 'Donnez cet identifiant à votre administrateur :',
  'federated.stillSignedIn': 'Vous êtes toujours connecté. Votre compte n’a pas été modifié.',
  'federated.backToAccount': 'Retour à votre compte',
  'federated.back': 'Retour',
  'federated.confirmTitle': 'Confirmer la connexion',
  'federated.confirm': (label) => `Se connecter avec ${label} ?`,
  'federated.confirmHelp':
    'Un lien sur une autre page a ouvert cette connexion. Continuez seulement si vous voulez vous connecter maintenant.',
  'federated.replacesSession': (name) =>
    `Vous êtes connecté en tant que ${isolate(name)}. Cette connexion met fin à cette session.`,
  'federated.retrying': (label) => `${label} est injoignable. Cette page réessaie.`,
  'federated.otherMethod': 'Utiliser un autre moyen de connexion',
  'federated.stay': 'Rester connecté',
  'federated.notSetUp': 'Ce fournisseur n’est pas configuré ici.',
  'federated.chooseMethod': 'Choisir un moyen de connexion',
  'federated.methodsFailed': 'Les moyens de connexion n’ont pas pu être chargés.',
  'federated.anotherUser': 'un autre utilisateur',
  'link.title': 'Associer un fournisseur',
  'link.nothing': 'Rien à associer',
  'link.nothingHelp':
    'Aucune association n’est en attente dans ce navigateur. Elle a déjà été confirmée ou annulée, ou elle a expiré après 10 minutes.',
  'link.toAccount': 'Aller à votre compte',
  'link.toSignIn': 'Aller à la page de connexion',
  'link.step': (label) => `Encore une étape pour se connecter avec ${label}`,
  'link.exists': (email) => `Un compte avec l’adresse ${isolate(email)} existe déjà.`,
  'link.existsAt': (label) => `Un compte avec votre adresse chez ${label} existe déjà.`,
  'link.signInFirst': (label) =>
    `Connectez-vous à ce compte comme d’habitude, puis confirmez l’association avec ${label}.`,
  'link.noAccess':
    'Si vous ne pouvez pas vous connecter à ce compte, adressez-vous à votre administrateur.',
  'link.noAccessTrace':
    'Si vous ne pouvez pas vous connecter à ce compte, donnez cet identifiant à votre administrateur :',
  'link.confirmTitle': (label) => `Associer ${label} à ce compte ?`,
  'link.signedInAs': (name) => `Vous êtes connecté en tant que ${isolate(name)}.`,
  'link.effect': (label) =>
    `Ensuite, un utilisateur qui se connecte chez ${label} peut ouvrir ce compte.`,
  'link.effectAs': (label, email) =>
    `Ensuite, un utilisateur qui se connecte chez ${label} en tant que ${isolate(email)} peut ouvrir ce compte.`,
  'link.notYou': 'Si vous n’êtes pas à l’origine de cette demande, annulez.',
  'link.confirm': 'Confirmer',
  'link.wrongAccount': (name) =>
    `Vous êtes connecté en tant que ${isolate(name)}, mais cette association appartient à un autre compte. Déconnectez-vous, puis connectez-vous à cet autre compte.`,
  'link.signInAgain': 'Se déconnecter et se reconnecter',
  'link.linked': (label) => `${label} est maintenant associé à votre compte.`,
  'link.nothingLinked': 'Rien n’a été associé.',
  'link.thisUser': 'cet utilisateur',
};
