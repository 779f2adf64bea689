import type { common as english } from '../en/common';

export const common: typeof english = {
  'common.cancel': 'Abbrechen',
  'common.close': 'Schließen',
  'common.continue': 'Weiter',
  'common.loading': 'Wird geladen …',
  'common.oneMoment': 'Einen Moment …',
  'common.or': 'oder',
  'common.tryAgain': 'Erneut versuchen',
};
