import { ɵpluralIn as pluralIn } from '@vestibule/angular/pages';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('fr');

const french: OverviewTexts = {
  title: 'Vue d’ensemble',
  intro: (from) => `Chiffres depuis le ${from}. Les jours sont en UTC.`,
  period: 'Période',
  days: (count) => plural(count, { one: '# jour', other: '# jours' }),
  lookFirst: 'À regarder en premier',
  lookIntro:
    'D’après les événements d’audit des dernières 24 heures, le plus urgent en premier.',
  nothing:
    'Rien à regarder : les événements d’audit des dernières 24 heures n’ont aucun constat.',
  openEvents: 'Afficher les événements',
  openEventsOf: (finding) => `Afficher les événements : ${finding}`,
  command: 'Commande',
  incomplete: 'Ces chiffres ne sont pas complets :',
  figures: 'Utilisateurs et sessions',
  users: {
    total: 'Utilisateurs',
    active: 'Actifs',
    disabled: 'Désactivés',
    quarantined: 'En quarantaine',
    withMfa: 'Avec un second facteur',
    withPassword: 'Avec un mot de passe',
    federated: 'Associés à un fournisseur',
  },
  ofUsers: (share) => `${share} de tous les utilisateurs`,
  sessions: 'Sessions actives',
  locks: 'Comptes qui doivent attendre après des échecs',
  logins: 'Connexions par jour',
  loginsHelp: 'Avec un mot de passe ou par un fournisseur.',
  newUsers: 'Nouveaux utilisateurs par jour',
  byMethod: 'Connexions par méthode',
  byMethodHelp: 'Une connexion avec un second facteur compte pour les deux méthodes.',
  methods: { password: 'Mot de passe', federated: 'Fournisseur', secondFactor: 'Second facteur' },
  success: 'Réussies',
  failure: 'Refusées',
  count: 'Utilisateurs',
  day: 'Jour',
  method: 'Méthode',
  table: 'Afficher le tableau',
  csv: 'Télécharger en CSV',
  csvOf: (chart) => `Télécharger en CSV : ${chart}`,
  noLogins: 'Aucune connexion dans cette période.',
  loadAgain: 'Recharger',
  findings: {
    events_altered: 'Des événements d’audit ne sont pas tels que le service les a écrits',
    user_reports: 'Des utilisateurs ont signalé : ce n’était pas moi',
    password_spraying: 'Des mots de passe sont essayés sur de nombreux comptes',
    account_from_many_networks: 'Un compte est attaqué depuis de nombreux réseaux',
    codes_replayed: 'Des codes corrects sont arrivés une seconde fois',
    administrators: 'Un utilisateur nouveau ou modifié est administrateur',
    role_changes: 'Des rôles d’utilisateurs ont changé',
    provider_refusals: 'La plupart des connexions par un fournisseur sont refusées',
    accounts_locked: 'Des comptes doivent attendre après des échecs',
    recovery_codes_used: 'Des codes de récupération ont été utilisés',
    events_not_verified:
      'Des événements d’audit n’ont pas pu être vérifiés : une clé manque',
  },
};

export default french;
