import { isolate } from '@vestibule/angular/console';
import type { MergeTexts } from '../merge';

const french: MergeTexts = {
  title: 'Fusionner deux utilisateurs',
  label: 'Fusionner avec un autre utilisateur',
  ends: (name) => `Ce compte se termine : ${isolate(name)}. Choisissez le compte qui reste.`,
  search: 'Rechercher le compte qui reste',
  noUsers: 'Aucun autre utilisateur ne correspond.',
  choose: 'Choisir',
  chooseNamed: (name) => `Choisir ${isolate(name)}`,
  stays: (name) => `Ce compte reste : ${isolate(name)}`,
  other: 'En choisir un autre',
  swap: 'Inverser : l’autre compte se termine',
  withRoles: 'Reprendre aussi les rôles attribués, sans ceux d’administrateur',
  withFactors:
    'Reprendre aussi les clés d’accès, applications d’authentification et codes par message, si le compte qui reste n’en a pas',
  caption: 'Ce que la fusion change',
  field: 'Champ',
  fromColumn: 'Compte qui se termine',
  intoColumn: 'Compte qui reste',
  result: 'Ensuite',
  fields: {
    password: 'Mot de passe',
    pendingEmail: 'Adresse à confirmer',
    previousEmails: 'Nombre d’anciennes adresses',
    picture: 'Image',
    totp: 'Applications d’authentification',
    passkeys: 'Clés d’accès',
    messageCodes: 'Codes par message',
    pendingTotp: 'Application en cours d’installation',
    recoveryCodes: 'Codes de récupération',
    identities: 'Identités de fournisseurs',
    unlinkedIdentities: 'Identités déliées',
    devices: 'Nombre d’appareils connus',
    deletionAt: 'Suppression demandée',
    formerIds: 'Comptes fusionnés',
  },
  submit: 'Fusionner',
  consequences: (from, into, until) =>
    `Le compte ${isolate(from)} se termine, et ses moyens de connexion ouvrent le compte ${isolate(into)}. Les sessions des deux se terminent. La fusion peut être annulée jusqu’au ${until}.`,
  done: 'Les utilisateurs ont été fusionnés.',
  refused: {
    same_user: 'Un utilisateur ne peut pas être fusionné avec lui-même.',
    from_not_active: 'Le compte qui se termine n’est pas actif. Vérifiez-le et activez-le d’abord.',
    into_not_active: 'Le compte qui reste n’est pas actif. Vérifiez-le et activez-le d’abord.',
    factor_would_be_lost:
      'Seul le compte qui se termine a un second facteur. Reprenez ses seconds facteurs, ou laissez l’autre utilisateur en configurer un d’abord.',
  },
  list: 'Fusions',
  listCaption: 'Fusions des 30 derniers jours',
  none: 'Aucune fusion n’est enregistrée.',
  at: 'Heure',
  actor: 'Administrateur',
  ended: 'Compte terminé',
  stayed: 'Compte qui reste',
  undo: 'Annuler la fusion',
  undoNamed: (name) => `Annuler la fusion de ${isolate(name)}`,
  undoUntil: (time) => `Peut être annulée jusqu’au ${time}`,
  undoneAt: (time) => `Annulée : ${time}`,
  undoConsequences:
    'Le compte terminé est rétabli, et ce qui en venait quitte l’autre compte. Les sessions des deux se terminent.',
  undone: 'La fusion a été annulée.',
};

export default french;
