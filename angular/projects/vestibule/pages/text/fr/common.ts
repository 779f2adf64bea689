import type { common as english } from '../en/common';

export const common: typeof english = {
  'common.cancel': 'Annuler',
  'common.close': 'Fermer',
  'common.continue': 'Continuer',
  'common.loading': 'Chargement…',
  'common.oneMoment': 'Un instant…',
  'common.or': 'ou',
  'common.tryAgain': 'Réessayer',
};
