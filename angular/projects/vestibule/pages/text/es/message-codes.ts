import type { messageCodes as english } from '../en/message-codes';
import { masked } from '../masked';

export const messageCodes: typeof english = {
  'messageCode.label': 'Código de 8 dígitos',
  'messageCode.invalid': 'Introduzca los 8 dígitos del código.',
  'messageCode.emailHelp':
    'Haga que se envíe un código a la dirección de correo de su cuenta y después introdúzcalo.',
  'messageCode.smsHelp':
    'Haga que se envíe un código por SMS a su número de teléfono y después introdúzcalo.',
  'messageCode.useEmail': 'Usar un código por correo',
  'messageCode.useSms': 'Usar un código por SMS',
  'messageCode.send': 'Enviar un código',
  'messageCode.sending': 'Enviando…',
  'messageCode.sendAgain': 'Enviar otro código',
  'messageCode.sendAgainIn': (time) => `posible en ${time}`,
  'messageCode.haveCode': 'Ya tengo un código',
  'messageCode.sent': (to, until) =>
    `Se envió un código a ${masked(to)}. Es válido hasta las ${until} y sirve una sola vez.`,
  'messageCode.delayed': (to, until) =>
    `El código para ${masked(to)} se retrasa: todavía no se pudo enviar. Se envía en cuanto sea posible, a más tardar a las ${until}. Si no puede esperar, elija otro método.`,
  'messageCode.wrong':
    'Este código es incorrecto o ya no es válido. Revíselo o haga que se envíe otro.',
  'messageCode.wrongLimit': 'Después de 5 intentos incorrectos, este código ya no es válido.',
  'messageCode.expired': 'Este código ha caducado. Haga que se envíe otro.',
  'messageCode.notOffered':
    'El servicio ya no envía códigos de esta forma. Use otro método o consulte a su administrador.',
  'messageCode.setUpEnded':
    'Esta configuración ha terminado: después de 10 minutos o de 5 códigos incorrectos. Empiece de nuevo.',
  'messageCode.sendLimit': 'Por el momento no se puede enviar otro código.',
  'messageCode.administrators':
    'Su cuenta es la de un administrador: los códigos por mensaje no bastan para ella. Añada una aplicación de autenticación o una clave de acceso.',
  'messageCode.noEmail':
    'Su cuenta no tiene una dirección de correo verificada, así que no se puede enviar ningún código allí. Use otro método.',
  'messageCode.title': 'Códigos por mensaje',
  'messageCode.restricted':
    'Los códigos por mensaje son menos seguros que una clave de acceso o una aplicación de autenticación: un atacante puede apoderarse de un número de teléfono o de un buzón, por eso la norma NIST SP 800-63B los restringe.',
  'messageCode.otherTitle': 'Si no puede usar ni una aplicación ni una clave de acceso',
  'messageCode.email': 'Códigos por correo',
  'messageCode.sms': 'Códigos por SMS',
  'messageCode.emailStart':
    'Se envía un código a la dirección de correo verificada de su cuenta. Introdúzcalo para terminar la configuración.',
  'messageCode.number': 'Número de teléfono',
  'messageCode.numberHelp':
    'Con «+» y el prefijo del país, por ejemplo +49 151 23456789. Allí se envía un código.',
  'messageCode.numberInvalid':
    'Introduzca el número completo con «+» y el prefijo del país, por ejemplo +49 151 23456789.',
  'messageCode.doneTitle': 'Los códigos por mensaje están configurados',
  'messageCode.done': 'A partir de ahora puede hacer que se le envíe un código al iniciar sesión.',
  'messageCode.none': 'sin configurar',
  'messageCode.verifyFirst': 'Verifique primero su dirección de correo en su perfil.',
  'messageCode.to': (target) => `a ${masked(target)}`,
  'messageCode.since': (date) => `configurados el ${date}`,
  'messageCode.setUpEmail': 'Configurar códigos por correo',
  'messageCode.setUpSms': 'Configurar códigos por SMS',
  'messageCode.changeNumber': 'Cambiar el número de teléfono',
  'messageCode.removeEmail': 'Quitar los códigos por correo',
  'messageCode.removeSms': 'Quitar los códigos por SMS',
  'messageCode.removeEmailQuestion':
    '¿Quitar los códigos por correo? Ya no se envían códigos a su dirección.',
  'messageCode.removeSmsQuestion':
    '¿Quitar los códigos por SMS? Ya no se envían códigos a su teléfono y el número se borra.',
  'messageCode.removeEffect': 'Sus sesiones en otros dispositivos terminan.',
  'messageCode.removeOnlyEffect':
    'Si es su único segundo factor, después solo su método de inicio de sesión protege su cuenta y sus códigos de recuperación dejan de funcionar. Sus sesiones en otros dispositivos terminan.',
  'messageCode.added': (kind) => `${kind}: configurados.`,
  'messageCode.removed': (kind) => `${kind}: quitados.`,
  'factor.email': 'código por correo',
};
