import type { providers as english } from '../en/providers';

export const providers: typeof english = {
  'federated.continueWith': (label) => `Continuar con ${label}`,
  'federated.lastUsed': 'Último usado',
  'federated.unreachable': (label) => `No se puede acceder a ${label}`,
  'federated.listFailed': 'No se pudieron cargar los otros métodos de inicio de sesión.',
};
