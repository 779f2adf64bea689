import { isolate } from '@vestibule/angular/console';
import type { ShellTexts } from '../shell';

const french: ShellTexts = {
  title: 'Administration',
  skip: 'Passer la navigation',
  navigation: 'Administration',
  menu: 'Menu',
  sections: {
    overview: 'Vue d’ensemble',
    users: 'Utilisateurs',
    sessions: 'Sessions',
    audit: 'Événements d’audit',
    providers: 'Fournisseurs et paramètres',
    explain: 'Expliquer une connexion',
    webhooks: 'Webhooks',
    mail: 'Courrier',
  },
  youMay: 'Vos rôles permettent de :',
  permissions: {
    read: 'tout lire, sauf les secrets',
    users: 'créer, modifier, fusionner et supprimer des utilisateurs',
    security: 'réinitialiser les moyens de connexion et terminer les sessions',
    full: 'tout faire, y compris sur d’autres administrateurs',
  },
  loading: 'Chargement…',
  retry: 'Réessayer',
  close: 'Fermer',
  cancel: 'Annuler',
  oneMoment: 'Un instant…',
  firstPage: 'Première page',
  previousPage: 'Page précédente',
  nextPage: 'Page suivante',
  pages: 'Pages de la liste',
  filters: 'Recherche et filtres',
  clearFilters: 'Effacer tous les filtres',
  any: 'Indifférent',
  yes: 'Oui',
  no: 'Non',
  none: 'Aucun',
  never: 'Jamais',
  actions: 'Actions',
  save: 'Enregistrer',
  fieldRefused: 'Le service n’accepte pas cette valeur. Modifiez-la et réessayez.',
  fieldMissing: 'Remplissez ce champ.',
  reason: 'Motif',
  reasonHelp: 'Il est enregistré dans l’événement d’audit, par exemple le numéro de la demande.',
  reasonMissing: 'Saisissez un motif.',
  stale:
    'Cet élément a été modifié entre-temps. Rien n’a été fait. Chargez l’état actuel, vérifiez-le et réessayez.',
  reload: 'Charger l’état actuel',
  lastAdministrator:
    'C’est le dernier administrateur actif. Rien n’a été fait. Donnez d’abord le rôle « admin » à un autre utilisateur.',
  impossible: {
    mail_disabled:
      'Les paramètres n’indiquent aucun serveur de courrier. Choisissez un autre moyen.',
    no_verified_address: 'L’utilisateur n’a pas d’adresse vérifiée. Choisissez un autre moyen.',
    mail_queue_full:
      'Trop de messages attendent. Réessayez plus tard, ou choisissez un autre moyen.',
    account_disabled: 'Le compte n’est pas actif. Activez-le d’abord.',
    no_login_name:
      'L’utilisateur n’a ni nom d’utilisateur ni adresse vérifiée. Ajoutez-en un d’abord.',
    passwords_disabled: 'Ce service n’a pas de mots de passe. Choisissez un autre moyen.',
    passkeys_disabled:
      'Les paramètres n’autorisent pas les clés d’accès, aucun lien ne mène donc à une clé. L’utilisateur se connecte avec un fournisseur.',
    second_factor_exists:
      'L’utilisateur a un second facteur, et un lien ne doit pas le contourner. Réinitialisez d’abord les seconds facteurs.',
  },
  missingPermission: (permission) =>
    `Vos rôles ne le permettent pas. Il vous faut un rôle qui permet de : ${permission}.`,
  typeToConfirm: (phrase) => `Pour confirmer, saisissez ${isolate(phrase)}`,
  typedWrong: (phrase) => `Saisissez exactement ${isolate(phrase)}, ou annulez.`,
};

export default french;
