import type { errors as english } from '../en/errors';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const errors: typeof english = {
  'error.invalid_request':
    'El servidor no pudo leer la solicitud. Revise el formulario e inténtelo de nuevo.',
  'error.not_signed_in': 'No ha iniciado sesión. Inicie sesión primero.',
  'error.invalid_credentials':
    'El nombre de usuario o la contraseña son incorrectos. Revise ambos e inténtelo de nuevo.',
  'error.second_factor_required': 'Use primero su segundo factor.',
  'error.enrolment_required': 'Configure primero un segundo factor.',
  'error.session_ended': 'Su sesión ha terminado. Inicie sesión de nuevo.',
  'error.csrf_failed': 'Esta página ha caducado. Vuelva a cargarla e inténtelo de nuevo.',
  'error.forbidden': 'Su cuenta no tiene permiso para esto. Solicite acceso a su administrador.',
  'error.not_found': 'Este elemento no existe o se ha eliminado. Vuelva a cargar la página.',
  'error.method_not_allowed':
    'Esta acción no está disponible aquí. Vuelva a cargar la página e inténtelo de nuevo.',
  'error.too_large': 'El texto es demasiado largo. Acórtelo e inténtelo de nuevo.',
  'error.unsupported_media_type':
    'El servidor no acepta este formato. Vuelva a cargar la página e inténtelo de nuevo.',
  'error.too_many_attempts': 'Demasiados intentos.',
  'error.internal':
    'Se ha producido un error en el servidor. Inténtelo de nuevo dentro de un momento.',
  'error.busy': 'El servidor está ocupado.',
  'error.store_unavailable': 'El servicio no está disponible temporalmente.',
  'error.timeout': 'El servidor tardó demasiado en responder. Inténtelo de nuevo.',
  'error.provider_unavailable':
    'No se puede acceder al proveedor de inicio de sesión. No se ha cambiado nada. Si continúa así, consulte a su administrador.',

  'end.signed_out': 'Ha cerrado la sesión.',
  'end.idle': 'Su sesión se cerró por inactividad.',
  'end.max_age': 'Su sesión ha alcanzado la duración máxima. Inicie sesión de nuevo.',
  'end.revoked': 'Su sesión se cerró desde otro dispositivo o por un administrador.',
  'end.password_changed': 'Su contraseña ha cambiado. Inicie sesión con la contraseña nueva.',
  'end.factor_changed': 'Su forma de iniciar sesión ha cambiado. Inicie sesión de nuevo.',
  'end.user_disabled': 'Su cuenta está desactivada. Consulte a su administrador.',
  'end.provider_logout': 'Su proveedor de inicio de sesión ha cerrado su sesión.',
  'end.sign_in_expired':
    'El inicio de sesión duró demasiado o tuvo demasiados códigos incorrectos. Empiece de nuevo.',

  'failure.unreachable':
    'No se puede acceder al servidor. Compruebe su conexión e inténtelo de nuevo.',
  'failure.wrongAddress': (url) =>
    `Esta página está abierta en una dirección incorrecta. Abra esta en su lugar: ${url}`,
  'failure.cookiesBlocked':
    'Su navegador bloquea las cookies de esta página. Permítalas y vuelva a cargar la página.',
  'failure.attemptsLeft': (count) =>
    plural(count, {
      one: 'Le queda un intento. Después tendrá que empezar de nuevo.',
      other: 'Le quedan # intentos. Después tendrá que empezar de nuevo.',
    }),
  'failure.requestId': (id) =>
    `Si vuelve a ocurrir, facilite a su administrador este identificador de solicitud: ${id}`,
  'wait.mustWait': (time) => `Debe esperar ${time}.`,
  'wait.tryAgainIn': (time) => `Inténtelo de nuevo en ${time}.`,
  'wait.tryAgainNow': 'Ya puede intentarlo de nuevo.',
};
