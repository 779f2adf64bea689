import type { mailLinks as english } from '../en/mail-links';

export const mailLinks: typeof english = {
  'mailLink.incompleteTitle': 'Este enlace está incompleto',
  'mailLink.incomplete': 'Abra de nuevo el enlace del mensaje o copie su dirección completa.',
  'mailLink.expiredTitle': 'Este enlace ya no sirve',
  'confirmEmail.title': 'Confirmar su dirección de correo',
  'confirmEmail.help': 'La cuenta solo usa esta dirección después de que usted la confirme.',
  'confirmEmail.action': 'Confirmar la dirección',
  'confirmEmail.doneTitle': 'Su dirección de correo está confirmada',
  'confirmEmail.done': 'Su cuenta usa ahora esta dirección.',
  'confirmEmail.expired':
    'Ya se ha usado, ha caducado o se ha enviado otro más reciente. Solicite uno nuevo en su cuenta.',
  'cancelEmail.title': 'Conservar la dirección de correo anterior',
  'cancelEmail.help':
    'Se ha definido o solicitado una dirección de correo nueva para su cuenta. Si no ha sido usted, cancele el cambio.',
  'cancelEmail.action': 'Cancelar el cambio',
  'cancelEmail.doneTitle': 'El cambio está cancelado',
  'cancelEmail.done':
    'Su cuenta conserva la dirección de correo anterior. Si no solicitó el cambio, defina una contraseña nueva.',
  'cancelEmail.expired':
    'El cambio ya se canceló o tiene más de 7 días. Consulte a su administrador.',
  'notMe.title': 'No he sido yo',
  'notMe.help':
    'Si no hizo lo que describe el mensaje, proteja su cuenta. Todas las sesiones terminan, ningún dispositivo sigue siendo de confianza, se cancela un cambio de la dirección de correo y hay que cambiar la contraseña.',
  'notMe.action': 'Proteger mi cuenta',
  'notMe.doneTitle': 'Su cuenta está protegida',
  'notMe.done': 'Todas las sesiones han terminado. Defina ahora una contraseña nueva.',
  'notMe.expired': 'Ya se ha usado o tiene más de 7 días. Inicie sesión y cambie su contraseña.',
  'notMe.newPassword': 'Definir una contraseña nueva por correo',
};
