import type { federated as english } from '../en/federated';
import { isolate } from '../isolate';

export const federated: typeof english = {
  'federated.refusedTitle': 'Solicitud no completada',
  'federated.failed': 'No se pudo iniciar sesión.',
  'federated.failedWith': (label) => `No se pudo iniciar sesión con ${label}.`,
  'federated.requestFailed': 'Su solicitud no se completó.',
  'federated.requestFailedWith': (label) => `Su solicitud a ${label} no se completó.`,
  'federated.cancelled': 'Ha cancelado el inicio de sesión.',
  'federated.cancelledWith': (label) => `Ha cancelado en ${label}.`,
  'federated.traceHelp': 'Dé este identificador a su administrador:',
  'federated.stillSignedIn': 'Su sesión sigue abierta. Su cuenta no ha cambiado.',
  'federated.backToAccount': 'Volver a su cuenta',
  'federated.back': 'Volver',
  'federated.confirmTitle': 'Confirmar el inicio de sesión',
  'federated.confirm': (label) => `¿Iniciar sesión con ${label}?`,
  'federated.confirmHelp':
    'Un enlace de otra página ha abierto este inicio de sesión. Continúe solo si quiere iniciar sesión ahora.',
  'federated.replacesSession': (name) =>
    `Ha iniciado sesión como ${isolate(name)}. Este inicio de sesión cierra esa sesión.`,
  'federated.retrying': (label) =>
    `No se puede acceder a ${label}. Esta página lo intenta de nuevo.`,
  'federated.otherMethod': 'Usar otro método de inicio de sesión',
  'federated.stay': 'Mantener la sesión abierta',
  'federated.notSetUp': 'Este proveedor no está configurado aquí.',
  'federated.chooseMethod': 'Elegir un método de inicio de sesión',
  'federated.methodsFailed': 'No se pudieron cargar los métodos de inicio de sesión.',
  'federated.anotherUser': 'otro usuario',
  'link.title': 'Vincular un proveedor',
  'link.nothing': 'Nada que vincular',
  'link.nothingHelp':
    'Este navegador no tiene ninguna vinculación pendiente. Ya se confirmó o canceló, o caducó después de 10 minutos.',
  'link.toAccount': 'Ir a su cuenta',
  'link.toSignIn': 'Ir al inicio de sesión',
  'link.step': (label) => `Un paso más para iniciar sesión con ${label}`,
  'link.exists': (email) => `Ya existe una cuenta con la dirección ${isolate(email)}.`,
  'link.existsAt': (label) => `Ya existe una cuenta con su dirección en ${label}.`,
  'link.signInFirst': (label) =>
    `Inicie sesión en ella con su método habitual y confirme después la vinculación con ${label}.`,
  'link.noAccess': 'Si no puede iniciar sesión en esta cuenta, pregunte a su administrador.',
  'link.noAccessTrace':
    'Si no puede iniciar sesión en esta cuenta, dé este identificador a su administrador:',
  'link.confirmTitle': (label) => `¿Vincular ${label} a esta cuenta?`,
  'link.signedInAs': (name) => `Ha iniciado sesión como ${isolate(name)}.`,
  'link.effect': (label) =>
    `Después, un usuario que inicie sesión en ${label} podrá abrir esta cuenta.`,
  'link.effectAs': (label, email) =>
    `Después, un usuario que inicie sesión en ${label} como ${isolate(email)} podrá abrir esta cuenta.`,
  'link.notYou': 'Si usted no ha iniciado esto, cancele.',
  'link.confirm': 'Confirmar',
  'link.wrongAccount': (name) =>
    `Ha iniciado sesión como ${isolate(name)}, pero esta vinculación pertenece a otra cuenta. Cierre la sesión e inicie sesión en esa cuenta.`,
  'link.signInAgain': 'Cerrar sesión e iniciarla de nuevo',
  'link.linked': (label) => `${label} está ahora vinculado a su cuenta.`,
  'link.nothingLinked': 'No se vinculó nada.',
  'link.thisUser': 'este usuario',
};
