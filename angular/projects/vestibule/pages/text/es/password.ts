import { isolate } from '../isolate';
import type { password as english } from '../en/password';

export const password: typeof english = {
  'newPassword.label': 'Contraseña nueva',
  'newPassword.current': 'Contraseña actual',
  'newPassword.length': (min) =>
    `Use al menos ${min} caracteres. Varias palabras seguidas son fáciles de recordar.`,
  'newPassword.enter': 'Introduzca una contraseña nueva.',
  'newPassword.enterCurrent': 'Introduzca su contraseña actual.',
  'newPassword.save': 'Guardar la contraseña nueva',
  'newPassword.saving': 'Guardando…',
  'newPassword.too_short': (min) =>
    `Esta contraseña es demasiado corta. Use al menos ${min} caracteres.`,
  'newPassword.too_long': 'Esta contraseña es demasiado larga. Use una más corta.',
  'newPassword.common':
    'Esta contraseña es muy común, así que los atacantes la prueban primero. Elija otra.',
  'newPassword.breached': 'Esta contraseña está en una lista de contraseñas robadas. Elija otra.',
  'newPassword.contains_context':
    'Esta contraseña contiene su nombre, su dirección o el nombre de este servicio. Elija una que no los contenga.',
  'newPassword.unchanged': 'Esta es su contraseña actual. Elija otra.',
  'newPassword.not_checked':
    'La contraseña no se puede comprobar en este momento. Inténtelo de nuevo más tarde.',
  'strength.0': 'Seguridad: muy baja.',
  'strength.1': 'Seguridad: baja.',
  'strength.2': 'Seguridad: media.',
  'strength.3': 'Seguridad: buena.',
  'strength.4': 'Seguridad: muy buena.',
  'strength.row_of_keys': 'Una fila de teclas es fácil de adivinar.',
  'strength.keyboard_pattern': 'Un patrón en el teclado es fácil de adivinar.',
  'strength.repetition': 'Las repeticiones son fáciles de adivinar.',
  'strength.common': 'Se parece a una contraseña común.',
  'strength.sequence': 'Las secuencias como «abc» son fáciles de adivinar.',
  'strength.year': 'Los años son fáciles de adivinar.',
  'strength.date': 'Las fechas son fáciles de adivinar.',
  'strength.one_word': 'Una sola palabra es fácil de adivinar.',
  'strength.name': 'Los nombres solos son fáciles de adivinar.',
  'strength.add_words': 'Añada una o dos palabras poco comunes.',
  'strength.capitals_add_little': 'Las mayúsculas aportan poco.',
  'strength.reversed_words_add_little': 'Las palabras invertidas aportan poco.',
  'strength.substitutions_add_little': 'Las sustituciones como «@» por «a» aportan poco.',
  'strength.avoid_keyboard_patterns': 'Evite los patrones en el teclado.',
  'strength.avoid_repetition': 'Evite las palabras y los caracteres repetidos.',
  'strength.avoid_sequences': 'Evite las secuencias.',
  'strength.avoid_dates': 'Evite los años y las fechas.',
  'forgot.title': 'Contraseña olvidada',
  'forgot.help':
    'Introduzca la dirección de correo de su cuenta. Recibirá un mensaje con un enlace para definir una contraseña nueva.',
  'forgot.email': 'Dirección de correo',
  'forgot.enterEmail': 'Introduzca su dirección de correo, por ejemplo nombre@example.org.',
  'forgot.send': 'Enviar el enlace',
  'forgot.sentTitle': 'Revise su correo',
  'forgot.sent': (email) =>
    `Si una cuenta tiene la dirección ${isolate(email)}, recibe un mensaje con un enlace. El enlace sirve durante 30 minutos.`,
  'forgot.notReceived':
    'Si no llega ningún mensaje, revise la dirección y la carpeta de correo no deseado. Si no tiene acceso a la dirección, consulte a su administrador.',
  'forgot.noMail': 'Este servicio no envía correos. Pida una contraseña nueva a su administrador.',
  'forgot.noPasswords':
    'Este servicio no tiene contraseñas. Si ya no puede iniciar sesión, pida a su administrador un enlace con el que crear una clave de acceso.',
  'forgot.back': 'Volver al inicio de sesión',
  'reset.title': 'Definir una contraseña nueva',
  'reset.help':
    'Todas sus sesiones terminarán. Después, inicie sesión con la contraseña nueva y, si lo tiene, con su segundo factor.',
  'reset.done': 'Todas sus sesiones han terminado. Inicie sesión con la contraseña nueva.',
  'reset.expired': 'Ya se ha usado o tiene más de 30 minutos. Solicite un enlace nuevo.',
  'reset.requestNew': 'Solicitar un enlace nuevo',
  'reset.passkeyTitle': 'Crear una clave de acceso',
  'reset.passkeyHelp':
    'A partir de ahora inicia sesión con ella: con su huella digital, su rostro o el bloqueo de pantalla de este dispositivo, o con una llave de seguridad. Todas sus sesiones terminarán.',
  'reset.passkeyDoneTitle': 'Su clave de acceso está creada',
  'reset.passkeyDone': 'Todas sus sesiones han terminado. Inicie sesión con la clave de acceso.',
  'reset.passkeyExpired':
    'Ya se ha usado o es demasiado antiguo. Pida a su administrador un enlace nuevo.',
  'changePassword.title': 'Cambiar su contraseña',
  'changePassword.required': 'Su cuenta necesita una contraseña nueva para que pueda continuar.',
  'changePassword.effect': 'Sus otras sesiones terminarán al guardarla.',
  'changePassword.noPassword':
    'Su cuenta no tiene contraseña. Usted inicia sesión en un proveedor.',
  'changePassword.notOffered':
    'Este servicio no tiene contraseñas. Usted inicia sesión con una clave de acceso o en un proveedor.',
  'changePassword.setTitle': 'Establecer una contraseña',
  'changePassword.setEffect': 'Después también podrá iniciar sesión sin su proveedor.',
  'changePassword.doneTitle': 'Su contraseña se ha cambiado',
  'changePassword.done': 'Sus otras sesiones han terminado.',
};
