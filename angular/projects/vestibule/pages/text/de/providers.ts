import type { providers as english } from '../en/providers';

export const providers: typeof english = {
  'federated.continueWith': (label) => `Weiter mit ${label}`,
  'federated.lastUsed': 'Zuletzt verwendet',
  'federated.unreachable': (label) => `${label} ist nicht erreichbar`,
  'federated.listFailed': 'Die anderen Anmeldewege konnten nicht geladen werden.',
};
