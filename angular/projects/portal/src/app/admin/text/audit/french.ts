import { pluralIn } from '@vestibule/angular/console';
import type { AuditTexts } from '../audit';

const plural = pluralIn('fr');

const french: AuditTexts = {
  title: 'Événements d’audit',
  intro:
    'Connexions, refus, modifications et actes des administrateurs, du plus récent au plus ancien.',
  filters: {
    type: 'Événement',
    outcome: 'Résultat',
    user: 'Utilisateur',
    actor: 'Auteur',
    ip: 'Adresse réseau',
    trace: 'Identifiant de trace',
    from: 'À partir de',
    to: 'Avant',
  },
  help: {
    user: 'L’identifiant de l’utilisateur.',
    actor: 'L’identifiant d’un utilisateur, le nom d’un fournisseur, ou cli.',
    ip: 'Une adresse, par exemple 192.0.2.17, ou un réseau, par exemple 192.0.2.0/24.',
    trace: 'L’identifiant d’une page d’erreur. Les autres filtres ne s’appliquent alors pas.',
    time: 'Dans le fuseau horaire de ce navigateur.',
  },
  success: 'Réussi',
  failure: 'Refusé',
  time: 'Heure',
  event: 'Événement',
  details: 'Détails',
  detailsOf: (event, time) => `Détails : ${event}, ${time}`,
  none: 'Aucun événement ne correspond.',
  noneHere:
    'Aucun événement de cette page ne correspond. Des événements plus anciens peuvent correspondre : ouvrez la page suivante.',
  exportAs: 'Exporter',
  exportHelp: 'L’export contient les événements de toutes les pages qui correspondent aux filtres.',
  follow: 'Suivre les nouveaux événements',
  followTitle: 'Nouveaux événements',
  followIntro: (limit) =>
    `Les nouveaux événements qui correspondent aux filtres apparaissent ici, le plus récent en premier. La liste contient les ${limit} plus récents.`,
  followEmpty: 'Aucun nouvel événement pour l’instant.',
  followState: {
    connecting: 'Connexion au serveur…',
    open: 'Connecté. Les nouveaux événements apparaissent aussitôt.',
    paused: 'En pause. La liste ne change pas.',
    ended: 'La liaison est terminée. Les événements suivants sont dans la liste.',
  },
  pause: 'Pause',
  resume: (waiting) =>
    waiting === 0
      ? 'Continuer'
      : plural(waiting, {
          one: 'Continuer, # événement en attente',
          other: 'Continuer, # événements en attente',
        }),
  reconnect: 'Se reconnecter',
  backToList: 'Retour à la liste',
  followAdded: (count) =>
    plural(count, { one: '# nouvel événement', other: '# nouveaux événements' }),
  self: 'L’utilisateur lui-même',
  commandLine: 'Ligne de commande',
  service: 'Le service',
  trace: 'Identifiant de trace',
  type: 'Type',
  outcome: 'Résultat',
  reasonCode: 'Code du motif',
  statedReason: 'Motif donné par l’administrateur',
  device: 'Navigateur',
  requestId: 'Identifiant de requête dans le journal',
  methods: 'Authentification',
  otherDetails: 'Détails',
  eventsOfUser: 'Tous les événements de cet utilisateur',
  eventsOfNetwork: 'Tous les événements de cette adresse réseau',
  notFound:
    'Aucun événement n’a cet identifiant. Il est peut-être plus ancien que la durée de conservation.',
  types: {
    eventsAltered: 'Un autre programme a modifié des événements d’audit',
    eventsExported: 'Événements d’audit exportés',
    issuerMoved: 'Identités déplacées vers un autre émetteur',
    keysRotated: 'Secrets scellés avec la clé la plus récente',
    usersAdopted: 'Utilisateurs d’une autre base de données repris',
    usersExported: 'Utilisateurs exportés',
    providerTested: 'Fournisseur testé',
    userDeleted: 'Compte supprimé',
    webhookReplayed: 'Message à un webhook renvoyé',
    webhookTested: 'Webhook testé',
  },
};

export default french;
