import type { federated as english } from '../en/federated';

export const federated: typeof english = {
  'federated.continueWith': (label) => `Continuer avec ${label}`,
};
