import type { federated as english } from '../en/federated';

export const federated: typeof english = {
  'federated.continueWith': (label) => `Continuer avec ${label}`,
  'federated.refusedTitle': 'Demande non aboutie',
  'federated.confirmTitle': 'Confirmer la connexion',
  'link.title': 'Associer un fournisseur',
};
