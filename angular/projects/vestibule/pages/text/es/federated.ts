import type { federated as english } from '../en/federated';

export const federated: typeof english = {
  'federated.continueWith': (label) => `Continuar con ${label}`,
  'federated.refusedTitle': 'Solicitud no completada',
  'federated.confirmTitle': 'Confirmar el inicio de sesión',
  'link.title': 'Vincular un proveedor',
};
