import { isolate, pluralIn } from '@vestibule/angular/console';
import type { SessionsTexts } from '../sessions';

const plural = pluralIn('fr');

const french: SessionsTexts = {
  title: 'Sessions',
  provider: 'Connexion avec',
  caption: 'Sessions de tous les utilisateurs',
  none: 'Aucune session ne correspond.',
  count: (count) =>
    plural(count, { one: '# session sur cette page', other: '# sessions sur cette page' }),
  user: 'Utilisateur',
  device: 'Appareil',
  method: 'Connexion avec',
  network: 'Adresse réseau',
  lastSeen: 'Dernière activité',
  started: 'Début',
  act: 'Action',
  end: 'Terminer',
  endNamed: (user, device) => `Terminer la session de ${isolate(user)} dans ${isolate(device)}`,
  consequences:
    'Ce navigateur doit se reconnecter. Les saisies non enregistrées peuvent y être perdues.',
  ended: 'La session est terminée.',
  current: 'cette session',
};

export default french;
