import type { laterSteps as english } from '../en/later-steps';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const laterSteps: typeof english = {
  'code.label': 'Código de 6 dígitos',
  'code.invalid': 'Introduzca los 6 dígitos del código.',
  'code.recoveryLabel': 'Código de recuperación',
  'code.recoveryInvalid': 'Introduzca el código de recuperación completo: 14 letras y cifras.',
  'code.checking': 'Comprobando…',

  'secondFactor.title': 'Segundo factor',
  'secondFactor.help':
    'Introduzca el código que su aplicación de autenticación muestra para esta cuenta.',
  'secondFactor.account': 'Cuenta:',
  'secondFactor.recoveryHelp':
    'Introduzca uno de sus códigos de recuperación. Cada uno sirve una sola vez.',
  'secondFactor.trust': (days) =>
    plural(days, {
      one: 'Confiar en este dispositivo durante un día',
      other: 'Confiar en este dispositivo durante # días',
    }),
  'secondFactor.useApp': 'Usar la aplicación de autenticación',
  'secondFactor.useRecoveryCode': 'Usar un código de recuperación',
  'secondFactor.noWay': 'No puedo usar ninguno de estos métodos',
  'secondFactor.noWayHelp':
    'Su administrador puede quitar el segundo factor de su cuenta. Después, inicie sesión de nuevo y configure una aplicación de autenticación en otro dispositivo.',
  'secondFactor.support': 'Contactar con soporte',

  'enrol.title': 'Configurar una aplicación de autenticación',
  'enrol.anotherTitle': 'Añadir una aplicación de autenticación',
  'enrol.doneTitle': 'Su aplicación de autenticación está configurada',
  'enrol.done': 'A partir de ahora, introducirá su código al iniciar sesión.',
  'enrol.required':
    'Su cuenta requiere un segundo factor. Configure una aplicación de autenticación para continuar.',
  'enrol.explanation':
    'Una aplicación de autenticación en su teléfono muestra un código nuevo de 6 dígitos cada 30 segundos.',
  'enrol.protectsPassword': 'Así, una contraseña robada no basta para iniciar sesión en su cuenta.',
  'enrol.keepsWorking': 'Las aplicaciones ya configuradas siguen funcionando.',
  'enrol.anyApp':
    'Puede usar cualquier aplicación de autenticación. Muchos gestores de contraseñas incluyen una.',
  'enrol.name': 'Nombre de la aplicación (opcional)',
  'enrol.nameHelp': 'Por ejemplo, «Teléfono». Distingue sus aplicaciones.',
  'enrol.start': 'Configurar',
  'enrol.addTitle': '1. Añada la cuenta a su aplicación',
  'enrol.scan': 'Escanee este código QR con su aplicación de autenticación.',
  'enrol.qr':
    'Código QR con la clave para su aplicación de autenticación. La clave también aparece debajo como texto.',
  'enrol.openApp': 'Abrir en la aplicación de autenticación de este dispositivo',
  'enrol.key': 'O introduzca esta clave en la aplicación:',
  'enrol.copyKey': 'Copiar la clave',
  'enrol.codeTitle': '2. Introduzca el código de la aplicación',
  'enrol.confirm': 'Confirmar',

  'reauthenticate.title': 'Inicie sesión de nuevo para continuar',
  'reauthenticate.reason': 'Su último inicio de sesión es demasiado antiguo para esta acción.',
  'reauthenticate.withPassword': 'Introduzca su contraseña.',
  'reauthenticate.withProvider': 'Inicie sesión de nuevo en su proveedor.',
  'reauthenticate.withSignOut': 'Cierre la sesión y vuelva a iniciarla.',
  'reauthenticate.signOut': 'Cerrar la sesión y volver a iniciarla',

  'factor.pwd': 'contraseña',
  'factor.otp': 'aplicación de autenticación',
  'factor.passkey': 'clave de acceso',
  'factor.rc': 'código de recuperación',
  'factor.sms': 'mensaje de texto',
  'factor.fpt': 'huella digital',
  'factor.face': 'reconocimiento facial',
  'factor.pin': 'código PIN',
  'factor.provider': 'un proveedor de inicio de sesión',
  'factor.then': (first, second) => `${first}, después ${second}`,

  'copy.copy': 'Copiar',
  'copy.copyId': 'Copiar el identificador',
  'copy.done': 'Copiado',
  'copy.failed': 'No se pudo copiar. Seleccione el texto y cópielo.',
};
