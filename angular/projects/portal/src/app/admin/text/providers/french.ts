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
};

export default french;
