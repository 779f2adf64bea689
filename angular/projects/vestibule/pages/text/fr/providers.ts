import type { providers as english } from '../en/providers';

export const providers: typeof english = {
  'federated.continueWith': (label) => `Continuer avec ${label}`,
  'federated.lastUsed': 'Dernier utilisé',
  'federated.unreachable': (label) => `${label} est injoignable`,
  'federated.listFailed': 'Les autres moyens de connexion n’ont pas pu être chargés.',
};
