import type { common as english } from '../en/common';

export const common: typeof english = {
  'common.cancel': 'Cancelar',
  'common.close': 'Cerrar',
  'common.continue': 'Continuar',
  'common.loading': 'Cargando…',
  'common.oneMoment': 'Un momento…',
  'common.or': 'o',
  'common.tryAgain': 'Intentar de nuevo',
};
