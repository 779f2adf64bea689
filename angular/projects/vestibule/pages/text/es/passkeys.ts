import type { passkeys as english } from '../en/passkeys';
import { isolate } from '../isolate';

export const passkeys: typeof english = {
  'passkey.title': 'Clave de acceso',
  'passkey.explanation':
    'Inicia sesión con la huella digital, el rostro o el bloqueo de pantalla de su dispositivo, o con una llave de seguridad. Una página falsificada no puede usar su clave de acceso.',
  'passkey.create': 'Crear una clave de acceso',
  'passkey.help':
    'Use su clave de acceso: con la huella digital, el rostro o el bloqueo de pantalla de su dispositivo, o con una llave de seguridad.',
  'passkey.use': 'Usar su clave de acceso',
  'passkey.follow': 'Siga los pasos que muestra su navegador.',
  'passkey.cancelled': 'No se usó ninguna clave de acceso: usted canceló o se agotó el tiempo.',
  'passkey.notCreated':
    'No se creó ninguna clave de acceso: usted canceló, se agotó el tiempo o el dispositivo no puede comprobar quién lo usa. Use un dispositivo con bloqueo de pantalla o PIN.',
  'passkey.registered':
    'Este dispositivo ya tiene una clave de acceso para su cuenta. Use esa, u otro dispositivo u otra llave de seguridad.',
  'passkey.wrongHost':
    'Las claves de acceso no funcionan en esta dirección. Abra la dirección que le dio su organización.',
  'passkey.unsupported':
    'Este navegador no puede usar claves de acceso aquí. Use otro navegador, otro dispositivo u otro método de inicio de sesión.',
  'passkey.failed': 'No se pudo usar la clave de acceso. Inténtelo de nuevo o use otro método.',
  'passkey.doneTitle': 'Su clave de acceso está configurada',
  'passkey.done': 'A partir de ahora puede usarla al iniciar sesión.',
  'secondFactor.usePasskey': 'Usar una clave de acceso',
  'enrol.chooseTitle': 'Configurar un segundo factor',
  'enrol.requiredChoice':
    'Su cuenta requiere un segundo factor. Configure una clave de acceso o una aplicación de autenticación para continuar.',
  'enrol.appTitle': 'Aplicación de autenticación',
  'passkeys.title': 'Claves de acceso',
  'passkeys.help': 'Con una clave de acceso inicia sesión sin escribir nada.',
  'passkeys.none':
    'Ninguna. Con una clave de acceso inicia sesión con la huella digital, el rostro o el bloqueo de pantalla de su dispositivo, o con una llave de seguridad.',
  'passkeys.add': 'Añadir una clave de acceso',
  'passkeys.added': (name) => `${isolate(name)} se ha añadido.`,
  'passkeys.name': 'Nombre de la clave de acceso',
  'passkeys.renamed': (name) => `La clave de acceso se llama ahora ${isolate(name)}.`,
  'passkeys.synced': 'sincronizada: en todos los dispositivos de su gestor de contraseñas',
  'passkeys.deviceBound': 'solo en un dispositivo o llave de seguridad',
  'passkeys.alone': 'inicia su sesión sin contraseña',
  'passkeys.factorOnly': 'solo como segundo factor, después de otro método de inicio de sesión',
  'passkeys.removeOne': (name) =>
    `¿Quitar ${isolate(name)}? Ya no podrá iniciar sesión con ella. Elimínela también de su dispositivo o gestor de contraseñas. Sus sesiones en otros dispositivos terminan.`,
  'passkeys.removeOnly': (name) =>
    `¿Quitar ${isolate(name)}? Es su único segundo factor. Después, su otro método de inicio de sesión basta por sí solo para abrir su cuenta, y sus códigos de recuperación dejan de funcionar. Sus sesiones en otros dispositivos terminan.`,
  'passkeys.removeLast': (name) =>
    `¿Quitar ${isolate(name)}? Es su único método de inicio de sesión, así que no puede quitarla. Añada antes otra clave de acceso.`,
  'passkeys.addSecond':
    'Esta clave de acceso es su único método de inicio de sesión. Añada una segunda, en otro dispositivo o en una llave de seguridad: si pierde la única, tendrá que ayudarle un administrador.',
  'offer.title': 'Inicie sesión más rápido la próxima vez',
  'offer.text':
    'Cree una clave de acceso en este dispositivo. La próxima vez iniciará sesión con la huella digital, el rostro o el bloqueo de pantalla.',
  'offer.notNow': 'Ahora no',
};
