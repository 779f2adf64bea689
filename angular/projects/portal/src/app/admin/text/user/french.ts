import { isolate, pluralIn } from '@vestibule/angular/console';
import type { UserTexts } from '../user';

const plural = pluralIn('fr');

const french: UserTexts = {
  title: 'Utilisateur',
  back: 'Tous les utilisateurs',
  canSignIn: 'Cet utilisateur peut se connecter.',
  cannotSignIn: {
    disabled: 'Cet utilisateur ne peut pas se connecter : le compte est désactivé.',
    quarantined:
      'Cet utilisateur ne peut pas se connecter : le compte est en quarantaine, car le propriétaire de son adresse s’est connecté avec un autre compte.',
    locked:
      'Cet utilisateur ne peut pas se connecter pour le moment : il y a eu trop de tentatives échouées.',
    no_sign_in_method:
      'Cet utilisateur ne peut pas se connecter : le compte n’a ni mot de passe, ni fournisseur, ni clé d’accès qui connecte seule.',
    password_expired:
      'Cet utilisateur ne peut pas se connecter : le mot de passe attribué a expiré. Réinitialisez-le.',
  },
  cannotSignInOther: 'Cet utilisateur ne peut pas se connecter.',
  noMethodNoPasswords:
    'Cet utilisateur ne peut pas se connecter : le compte n’a ni fournisseur, ni clé d’accès qui connecte seule. Envoyez un lien pour une clé d’accès.',
  lockedUntil: (time) => `Les tentatives sont refusées jusqu’au ${time}.`,
  deletedAt: (time) =>
    `L’utilisateur a demandé la suppression. Le compte sera supprimé le ${time}.`,
  formerIds: (ids) => `Ces comptes ont été fusionnés avec celui-ci : ${isolate(ids)}.`,
  openedByFormerId: (id) => `Le compte ${isolate(id)} a été fusionné avec celui-ci.`,
  changed: 'L’utilisateur a été modifié entre-temps :',
  change: (field, before, after) =>
    `${field} : avant « ${isolate(before)} », maintenant « ${isolate(after)} »`,
  profile: 'Profil',
  fields: {
    id: 'ID',
    username: 'Nom d’utilisateur',
    email: 'Adresse',
    emailVerified: 'Adresse vérifiée',
    displayName: 'Nom',
    locale: 'Langue',
    roles: 'Rôles',
    assignedRoles: 'Rôles attribués ici',
    status: 'État',
    hasPassword: 'A un mot de passe',
    mustChangePassword: 'Doit changer le mot de passe',
    mfaEnabled: 'Second facteur',
    providers: 'Fournisseurs',
    createdAt: 'Créé',
    createdBy: 'Créé par',
    updatedAt: 'Modifié',
    lastLoginAt: 'Dernière connexion',
  },
  verified: 'vérifiée',
  unverified: 'non vérifiée',
  fromProvider: (provider) => `de ${isolate(provider)}`,
  rolesOf: (provider, roles) => `${isolate(roles)} de ${isolate(provider)}`,
  createdBy: {
    administrator: 'un administrateur',
    provider: 'un fournisseur',
    user: 'l’utilisateur',
  },
  methods: 'Moyens de connexion',
  password: 'Mot de passe',
  passwordSet: (time) => `Défini le ${time}`,
  passwordNone: 'Aucun mot de passe',
  mustChange: 'L’utilisateur doit choisir un nouveau mot de passe à la prochaine connexion.',
  apps: 'Applications d’authentification',
  app: (name, added, used) => `${isolate(name)} : ajoutée ${added}, dernière utilisation : ${used}`,
  unnamedApp: 'Application sans nom',
  noApp: 'Aucune application d’authentification',
  passkeys: 'Clés d’accès',
  noPasskey: 'Aucune clé d’accès',
  addedAt: (time) => `Ajoutée : ${time}`,
  usedAt: (time) => `Dernière utilisation : ${time}`,
  synced: 'Synchronisée entre appareils',
  deviceBound: 'Sur un seul appareil',
  aaguid: 'Modèle (AAGUID)',
  messageCodes: 'Codes par message',
  byEmail: 'E-mail',
  bySms: 'SMS',
  codesTo: (kind, target, added, used) =>
    `${kind} : ${isolate(target)}, ajouté ${added}, dernière utilisation : ${used}`,
  recoveryCodes: 'Codes de récupération restants',
  identities: 'Fournisseurs',
  noIdentity: 'Aucun fournisseur n’est lié.',
  linkedAt: (time) => `Lié : ${time}`,
  lastUsedAt: (time) => `Dernière connexion : ${time}`,
  subject: 'Subject chez le fournisseur',
  unlinkedAt: (time) => `Délié : ${time}`,
  unlink: {
    label: 'Délier',
    consequences:
      'L’utilisateur ne peut plus se connecter avec cette identité du fournisseur et perd les rôles qui en venaient. L’identité n’est pas liée de nouveau d’elle-même.',
    done: 'Le fournisseur a été délié.',
  },
  unlinkNamed: (label) => `Délier ${isolate(label)}`,
  locks: 'Attentes après des tentatives échouées',
  lock: (failures, until) =>
    plural(failures, {
      one: `# tentative échouée, refus jusqu’au ${until}`,
      other: `# tentatives échouées, refus jusqu’au ${until}`,
    }),
  lockOfKnownDevice: 'sur un appareil connu de l’utilisateur',
  sessions: 'Sessions',
  noSession: 'L’utilisateur n’est pas connecté.',
  endSession: {
    label: 'Terminer',
    consequences:
      'Ce navigateur doit se reconnecter. Les saisies non enregistrées peuvent y être perdues.',
    done: 'La session est terminée.',
  },
  endSessionNamed: (device) => `Terminer la session dans ${isolate(device)}`,
  events: 'Événements d’audit',
  noEvent: 'Rien n’est encore enregistré.',
  olderEvents: 'Afficher les événements plus anciens',
  by: (actor) => `Par : ${isolate(actor)}`,
  statedReason: (reason) => `Motif : ${isolate(reason)}`,
  network: (ip) => `Adresse réseau : ${isolate(ip)}`,
  trace: 'Comment le compte a été choisi',
  acts: 'Actions',
  noAct: 'Vos rôles ne permettent pas de modifier des utilisateurs.',
  onlyFull:
    'Cet utilisateur est administrateur. Seul le rôle « admin » peut modifier des administrateurs.',
  ownAccount:
    'C’est votre propre compte : un autre administrateur doit le désactiver ou le supprimer.',
  act: {
    edit: {
      label: 'Modifier le profil et les rôles',
      consequences: 'Un champ que vous modifiez ici n’est plus mis à jour par un fournisseur.',
      done: 'Le profil a été modifié.',
    },
    unlock: {
      label: 'Lever les attentes',
      consequences: 'L’utilisateur peut aussitôt essayer de se connecter.',
      done: 'Les attentes ont été levées.',
    },
    'end-sessions': {
      label: 'Terminer toutes les sessions',
      consequences: 'L’utilisateur est déconnecté partout en une seconde.',
      done: 'Toutes les sessions sont terminées.',
    },
    'reset-password': {
      label: 'Réinitialiser le mot de passe',
      consequences:
        'Toutes les sessions de l’utilisateur se terminent. Le mot de passe actuel n’est plus valable.',
      done: 'Le mot de passe a été réinitialisé.',
    },
    'reset-mfa': {
      label: 'Réinitialiser le second facteur',
      consequences:
        'Les clés d’accès, les applications d’authentification, les numéros de téléphone, les codes par e-mail et les codes de récupération sont tous supprimés, et toutes les sessions se terminent. Vérifiez que la demande vient de l’utilisateur : un attaquant le demande aussi.',
      done: 'Le second facteur a été réinitialisé.',
    },
    disable: {
      label: 'Désactiver',
      consequences:
        'Toutes les sessions se terminent, et l’utilisateur ne peut pas se connecter tant que le compte n’est pas activé.',
      done: 'Le compte est désactivé.',
    },
    enable: {
      label: 'Activer',
      consequences: 'L’utilisateur peut de nouveau se connecter.',
      done: 'Le compte est activé.',
    },
    delete: {
      label: 'Supprimer',
      consequences:
        'Le compte et tout ce qui est enregistré sur l’utilisateur est supprimé aussitôt. C’est irréversible.',
      done: 'L’utilisateur a été supprimé.',
    },
  },
  passkeyLink: {
    label: 'Envoyer un lien pour une clé d’accès',
    consequences:
      'Avec le lien, l’utilisateur crée une clé d’accès. Toutes ses sessions se terminent alors.',
    done: 'Le lien a été créé.',
  },
  passkeyLinkBy: 'Comment l’utilisateur reçoit le lien',
  resetBy: 'Comment l’utilisateur reçoit un nouveau mot de passe',
  resets: {
    mail: 'Envoyer un lien par courriel',
    link: 'Afficher un lien à transmettre',
    remove: 'Supprimer le mot de passe',
  },
  resetUrl:
    'Transmettez ce lien à l’utilisateur. Il n’est affiché que maintenant et sert une seule fois.',
  rolesHelp: 'Séparez les rôles par des virgules. Les rôles des fournisseurs ne changent pas ici.',
  emptyHelp: 'Un champ vide supprime la valeur.',
};

export default french;
