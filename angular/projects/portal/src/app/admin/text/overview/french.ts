import { pluralIn } from '@vestibule/angular/console';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('fr');

const french: OverviewTexts = {
  title: 'Vue d’ensemble',
  intro: (from) => `Chiffres depuis le ${from}. Les jours sont en UTC.`,
  period: 'Période',
  days: (count) => plural(count, { one: '# jour', other: '# jours' }),
  lookFirst: 'À regarder en premier',
  lookIntro: 'D’après les événements d’audit des dernières 24 heures, le plus urgent en premier.',
  nothing: 'Rien à regarder : les événements d’audit des dernières 24 heures n’ont aucun constat.',
  openEvents: 'Afficher les événements',
  openUser: 'Afficher l’utilisateur',
  openOf: (link, finding) => `${link} : ${finding}`,
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
  methods: {
    password: 'Mot de passe',
    passkey: 'Clé d’accès',
    federated: 'Fournisseur',
    secondFactor: 'Second facteur',
  },
  factors: 'Seconds facteurs',
  factorsHelp: 'Utilisateurs par type. Un utilisateur qui a plusieurs types compte pour chacun.',
  factorKinds: {
    passkey: 'Clé d’accès',
    totp: 'Application d’authentification',
    sms: 'Codes par SMS',
    email: 'Codes par e-mail',
    recovery: 'Codes de récupération',
  },
  noFactors: 'Aucun utilisateur n’a de second facteur.',
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
    passkeys_copied: 'Des copies de clés d’accès ont été refusées',
    codes_replayed: 'Des codes corrects sont arrivés une seconde fois',
    administrators: 'Un utilisateur nouveau ou modifié est administrateur',
    role_changes: 'Des rôles d’utilisateurs ont changé',
    provider_refusals: 'La plupart des connexions par un fournisseur sont refusées',
    accounts_locked: 'Des comptes doivent attendre après des échecs',
    recovery_codes_used: 'Des codes de récupération ont été utilisés',
    events_not_verified: 'Des événements d’audit n’ont pas pu être vérifiés : une clé manque',
  },
  details: {
    count: ({ count }) => `Nombre : ${count}.`,
    network: ({ network, failures, accounts, signedIn }) =>
      `Réseau : ${network}. Échecs : ${failures}. Comptes et noms : ${accounts}. Comptes avec un succès : ${signedIn}. Bloquez le réseau dans le proxy et vérifiez chaque succès.`,
    passwords: ({ wrong, correct, networks }) =>
      `Mots de passe erronés : ${wrong}. Corrects : ${correct}. Réseaux avec des échecs : ${networks}. Une attaque, ou un programme avec un ancien mot de passe : vérifiez chaque succès.`,
    account: ({ userId, failures, networks }) =>
      `Compte : ${userId}. Échecs : ${failures}. Réseaux sans succès : ${networks}.`,
    provider: ({ provider, refused, accepted, reason }) =>
      `Fournisseur : ${provider}. Refusées : ${refused}. Acceptées : ${accepted}. Motif le plus fréquent : ${reason}.`,
    administrator: ({ userId, at, by }) =>
      `Utilisateur : ${userId}. Créé ou modifié : ${at}. Par : ${by}.`,
  },
  advice: {
    events_altered: 'Un autre programme a modifié la base de données.',
    passkeys_copied: 'Un authentificateur et une copie de celui-ci sont utilisés.',
    codes_replayed: 'Deux adresses pour un même code sont une attaque.',
    recovery_codes_used: 'Demandez aux utilisateurs si c’était bien eux.',
    events_not_verified: 'La clé manque dans VESTIBULE_SECRET_KEYS.',
  },
  byLogin: 'une connexion par un fournisseur',
  leftOut: {
    events: (read) => `Seuls les événements les plus récents ont été lus. Nombre : ${read}.`,
    since: (oldest) => `Le plus ancien : ${oldest}.`,
    users: (checked, of) =>
      `Utilisateurs nouveaux ou modifiés dont le rôle a été vérifié : ${checked} sur ${of}.`,
    findings: (finding, listed, of) => `Affichés : ${listed} sur ${of}. ${finding}.`,
  },
  uncounted: {
    users: (counted) =>
      `Seuls les utilisateurs les plus récents ont été comptés. Nombre : ${counted}.`,
    sessions: (read) => `Les enregistrements de session n’ont pas tous été lus. Lus : ${read}.`,
    counters: (read) => `Les compteurs d’échecs n’ont pas tous été lus. Lus : ${read}.`,
    logins: (since) => `Seules les connexions depuis le ${since} ont été comptées.`,
  },
};

export default french;
