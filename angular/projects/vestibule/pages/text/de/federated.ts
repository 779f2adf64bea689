import type { federated as english } from '../en/federated';

export const federated: typeof english = {
  'federated.continueWith': (label) => `Weiter mit ${label}`,
  'federated.refusedTitle': 'Anfrage nicht abgeschlossen',
  'federated.confirmTitle': 'Anmeldung bestätigen',
  'link.title': 'Anmeldedienst verknüpfen',
};
