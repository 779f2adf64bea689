import { pluralIn } from '@vestibule/angular/console';
import type { ProvidersTexts } from '../providers';

const plural = pluralIn('fr');

const french: ProvidersTexts = {
  title: 'Fournisseurs et paramètres',
  intro:
    'Les fournisseurs avec lesquels les utilisateurs peuvent se connecter, et les paramètres que le service utilise.',
  none: 'Aucun fournisseur n’est configuré. VESTIBULE_PROVIDERS nomme les fournisseurs.',
  available: 'Disponible',
  unavailable: 'Non disponible',
  name: 'Nom',
  kind: 'Type',
  issuer: 'Émetteur',
  redirectUri: 'URI de redirection, à enregistrer chez le fournisseur',
  problem: 'Dernière erreur',
  settings: 'Paramètres',
  settingsOf: (provider) => `Paramètres de ${provider}`,
  setting: 'Paramètre',
  value: 'Valeur',
  origin: 'Origine',
  secret: 'secret, non affiché',
  notSet: 'non défini',
  origins: { environment: 'environnement', file: 'fichier', default: 'valeur par défaut' },
  allSettings: 'Tous les paramètres du service',
  allSettingsHelp:
    'Comme « vestibule check --json » les affiche. Les secrets ne sont jamais affichés.',
  test: 'Tester la liaison',
  testOf: (provider) => `Tester la liaison : ${provider}`,
  testing: 'Test en cours…',
  testHelp: 'Le service demande les documents du fournisseur. Aucun utilisateur ne se connecte.',
  checks: 'Contrôles',
  outcomes: { ok: 'OK', warning: 'Avertissement', failed: 'Échec' },
  names: {
    discovery: 'Document de découverte',
    issuer: 'Émetteur',
    keys: 'Clés de signature',
    algorithms: 'Algorithmes',
    clock: 'Horloge',
    token_endpoint: 'Point d’accès des jetons et secret du client',
    redirect_uri: 'URI de redirection',
    authorization_response: 'Réponse du fournisseur',
    id_token: 'Jeton d’identité',
    userinfo: 'Userinfo',
    authentication: 'Heure de l’authentification',
    second_factor: 'Second facteur',
    email: 'Adresse',
    roles: 'Rôles',
  },
  explainLogin: 'Expliquer une connexion avec des claims que vous saisissez',
  toChange: 'À changer',
  mayNotTest: 'Seul le rôle admin peut lancer les tests.',
  millis: (count) => `${count} ms`,
  allGood: 'Tous les contrôles sont réussis.',
  notGood: (failed) =>
    plural(failed, {
      one: '# contrôle demande votre attention.',
      other: '# contrôles demandent votre attention.',
    }),
  testLogin: 'Tester une connexion',
  testLoginOf: (provider) => `Tester une connexion avec ${provider}`,
  testLoginHelp:
    'Vous vous connectez chez le fournisseur dans un nouvel onglet. Aucune session n’est ouverte et aucun utilisateur n’est modifié. Cette page montre ensuite ce qui est revenu.',
  waiting: (until) =>
    `Connectez-vous chez le fournisseur dans le nouvel onglet. Le test attend jusqu’à ${until}.`,
  ifClosed: 'Si vous avez fermé l’onglet, rouvrez-le.',
  blocked: 'Le navigateur a bloqué le nouvel onglet.',
  openTab: 'Ouvrir le fournisseur dans un nouvel onglet',
  cancel: 'Annuler le test',
  expired: 'Le test a expiré. Aucun résultat n’est revenu. Recommencez-le.',
  failedLogin: 'La connexion de test a échoué.',
  finished: 'La connexion de test est terminée.',
  result: 'Résultat de la connexion de test',
  noChange:
    'Aucune session n’a été ouverte et aucun utilisateur n’a été modifié. Une vraie connexion avec ces claims a cet effet :',
  opening:
    'La connexion de test commence. Si cette page ne change pas, revenez à l’onglet précédent et confirmez votre second facteur.',
  whatItDoes: 'Effet d’une vraie connexion',
  cameBack: 'Ce qui est revenu',
  hidden: 'Les jetons ne sont pas affichés, ni les valeurs qui ressemblent à un secret.',
  tokenHeader: 'En-tête du jeton d’identité',
  tokenClaims: 'Claims du jeton d’identité',
  userinfoClaims: 'Claims de userinfo',
  noUserinfo: 'Rien n’est revenu.',
  testComplete: 'Le test est terminé',
  backToStart:
    'Le résultat se trouve dans l’onglet où vous avez démarré le test. Revenez-y. Vous pouvez fermer cet onglet.',
  toProviders: 'Ouvrir les fournisseurs dans cet onglet',
};

export default french;
