import type { security as english } from '../en/security';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const security: typeof english = {
  'password.help': 'Un cambio termina sus sesiones en todos los demás dispositivos.',
  'password.change': 'Cambiar la contraseña',
  'password.none': 'Ninguna. Con una contraseña también puede iniciar sesión sin su proveedor.',
  'password.set': 'Establecer una contraseña',
  'authenticators.title': 'Aplicaciones de autenticación',
  'authenticators.none':
    'Ninguna. Una aplicación protege su cuenta si le roban la contraseña: cada inicio de sesión necesita entonces su código.',
  'authenticators.noneNoPassword':
    'Ninguna. Con una aplicación, cada inicio de sesión en un proveedor necesita también su código.',
  'authenticators.added': (date) => `añadida el ${date}`,
  'authenticators.notUsed': 'aún no se ha usado para iniciar sesión',
  'authenticators.add': 'Añadir una aplicación de autenticación',
  'authenticators.name': 'Nombre de la aplicación',
  'authenticators.rename': 'Cambiar nombre',
  'authenticators.renameNamed': (name) => `Cambiar nombre de ${name}`,
  'authenticators.renamed': (name) => `La aplicación se llama ahora ${isolate(name)}.`,
  'authenticators.remove': 'Quitar',
  'authenticators.removeNamed': (name) => `Quitar ${name}`,
  'authenticators.removeOne': (name) =>
    `¿Quitar ${isolate(name)}? Sus códigos dejan de funcionar. Después usa su otro segundo factor. Sus sesiones en otros dispositivos terminan.`,
  'authenticators.removeOnly': (name) =>
    `¿Quitar ${isolate(name)}? Es su único segundo factor. Después ningún código protege su cuenta y sus códigos de recuperación dejan de funcionar. Sus sesiones en otros dispositivos terminan.`,
  'authenticators.removed': (name) => `${isolate(name)} se ha quitado.`,
  'codes.title': 'Códigos de recuperación',
  'codes.help': 'Cada código le permite iniciar sesión una vez si no puede usar su segundo factor.',
  'codes.left': (count) => plural(count, { one: 'Queda un código.', other: 'Quedan # códigos.' }),
  'codes.few': 'Cree otros nuevos antes de necesitarlos.',
  'codes.createdAt': (date) => `creados el ${date}`,
  'codes.replace': 'Crear códigos nuevos',
  'codes.replaceQuestion':
    '¿Crear códigos de recuperación nuevos? Los anteriores dejan de funcionar.',
  'codes.createQuestion':
    '¿Crear códigos de recuperación? Solo se muestran una vez: prepárese para guardarlos.',
  'codes.replaced': 'Sus códigos de recuperación nuevos ya son válidos.',
  'devices.title': 'Sus dispositivos',
  'devices.help': 'Navegadores con los que ya ha iniciado sesión.',
  'devices.trustHelp': (count) =>
    plural(count, {
      one: 'Navegadores con los que ya ha iniciado sesión. Uno de confianza no necesita el segundo factor durante # día.',
      other:
        'Navegadores con los que ya ha iniciado sesión. Uno de confianza no necesita el segundo factor durante # días.',
    }),
  'devices.current': 'este dispositivo',
  'devices.lastSeen': (date) => `último inicio de sesión el ${date}`,
  'devices.firstSeen': (date) => `primer inicio de sesión el ${date}`,
  'devices.trustedUntil': (date) => `de confianza hasta el ${date}: sin segundo factor`,
  'devices.forget': 'Olvidar',
  'devices.forgetNamed': (name) => `Olvidar ${name}`,
  'devices.forgetQuestion': (name) =>
    `¿Olvidar ${name}? Su próximo inicio de sesión necesita el segundo factor y cuenta como el de un dispositivo nuevo. Una sesión abierta allí sin segundo factor lo pide de inmediato.`,
  'devices.forgotten': (name) => `${name} se ha olvidado.`,
  'device.on': (browser, system) => `${browser} en ${system}`,
  'device.unknown': 'Dispositivo desconocido',
};
