import type { MailTexts } from '../mail';

const spanish: MailTexts = {
  title: 'Correo',
  intro:
    'Correos en espera o abandonados, los más recientes primero. Un correo entregado no aparece. El contenido no se muestra: puede contener enlaces con tokens.',
  state: 'Estado',
  states: { queued: 'En espera', failed: 'Abandonado' },
  mail: 'Correo',
  to: 'Para',
  createdAt: 'Creado',
  attempts: 'Intentos',
  result: 'Resultado',
  nextAttempt: (time) => `Próximo intento: ${time}`,
  failedAt: (time) => `Abandonado: ${time}`,
  reply: 'Última respuesta del servidor de correo',
  none: 'Ningún correo espera, y ninguno fue abandonado.',
  retryHelp: 'Este comando pone un correo de nuevo en la cola:',
  templates: {
    invitation: 'Invitación a una cuenta nueva',
    passwordReset: 'Enlace para una contraseña nueva',
    emailConfirm: 'Confirmación de una dirección',
    emailChangeNotice: 'Aviso de un cambio de la dirección',
    signInWays: 'Formas de iniciar sesión',
    addressTaken: 'Dirección que ya tiene una cuenta',
    emailChangeCancelled: 'Cambio de la dirección cancelado',
    attackReported: 'Aviso «No fui yo»',
    unknownDevice: 'Inicio de sesión desde un dispositivo desconocido',
    passwordChanged: 'Contraseña cambiada',
    factorAdded: 'App de autenticación añadida',
    factorRemoved: 'App de autenticación eliminada',
    secondFactorReset: 'Segundo factor eliminado',
    recoveryCodeUsed: 'Código de recuperación usado',
    recoveryCodesReplaced: 'Códigos de recuperación sustituidos',
    identityLinked: 'Proveedor vinculado',
    identityUnlinked: 'Proveedor desvinculado',
    emailChanged: 'Dirección cambiada',
    accountDeletion: 'La cuenta se eliminará',
    test: 'Mensaje de prueba',
  },
  reasons: {
    refused: 'El servidor de correo lo rechazó.',
    undeliverable: 'Ningún intento tuvo éxito en dos días.',
    expired: 'Su enlace caducó antes de que el servidor de correo lo aceptara.',
    unreadable: 'Su contenido sellado no se puede abrir: falta una clave.',
  },
};

export default spanish;
