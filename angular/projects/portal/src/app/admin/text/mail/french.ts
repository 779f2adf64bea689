import type { MailTexts } from '../mail';

const french: MailTexts = {
  title: 'Courrier',
  intro:
    'Messages en attente ou abandonnés, du plus récent au plus ancien. Un message remis n’est pas affiché. Le contenu n’est pas montré : il peut contenir des liens avec des jetons.',
  state: 'État',
  states: { queued: 'En attente', failed: 'Abandonné' },
  mail: 'Message',
  to: 'À',
  createdAt: 'Créé',
  attempts: 'Essais',
  result: 'Résultat',
  nextAttempt: (time) => `Prochain essai : ${time}`,
  failedAt: (time) => `Abandonné : ${time}`,
  reply: 'Dernière réponse du serveur de messagerie',
  none: 'Aucun message n’est en attente, et aucun n’a été abandonné.',
  retryHelp: 'Cette commande remet un message dans la file :',
  templates: {
    invitation: 'Invitation à un nouveau compte',
    passwordReset: 'Lien pour un nouveau mot de passe',
    emailConfirm: 'Confirmation d’une adresse',
    emailChangeNotice: 'Avis de changement d’adresse',
    signInWays: 'Moyens de connexion',
    addressTaken: 'Adresse qu’un compte a déjà',
    emailChangeCancelled: 'Changement d’adresse annulé',
    attackReported: 'Signalement « Ce n’était pas moi »',
    unknownDevice: 'Connexion depuis un appareil inconnu',
    passwordChanged: 'Mot de passe modifié',
    factorAdded: 'Application d’authentification ajoutée',
    factorRemoved: 'Application d’authentification supprimée',
    secondFactorReset: 'Second facteur supprimé',
    recoveryCodeUsed: 'Code de récupération utilisé',
    recoveryCodesReplaced: 'Codes de récupération remplacés',
    identityLinked: 'Fournisseur associé',
    identityUnlinked: 'Fournisseur dissocié',
    emailChanged: 'Adresse modifiée',
    accountDeletion: 'Le compte sera supprimé',
    test: 'Message de test',
  },
  reasons: {
    refused: 'Le serveur de messagerie l’a refusé.',
    undeliverable: 'Aucun essai n’a réussi en deux jours.',
    expired: 'Son lien a expiré avant que le serveur de messagerie ne l’accepte.',
    unreadable: 'Son contenu scellé ne peut pas être ouvert : une clé manque.',
  },
};

export default french;
