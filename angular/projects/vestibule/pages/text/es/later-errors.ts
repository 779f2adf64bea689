import type { laterErrors as english } from '../en/later-errors';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const laterErrors: typeof english = {
  'error.code_invalid':
    'Este código es incorrecto o ya se ha usado. Revíselo y vuelva a introducirlo, o espere al siguiente.',
  'error.passkey_invalid':
    'No se aceptó la clave de acceso. Inténtelo de nuevo con la misma o use otro método.',
  'error.ceremony_over': 'Esto duró más de cinco minutos o ya se hizo. Empiece de nuevo.',
  'error.passkey_not_allowed':
    'Su organización no permite este tipo de clave de acceso. Use otro dispositivo u otra llave de seguridad.',
  'error.passkey_refused':
    'Se rechazó el inicio de sesión con esta clave de acceso. Inténtelo de nuevo o use otro método.',
  'error.passkey_unknown':
    'Esta clave de acceso se quitó de la cuenta. Use otro método o consulte a su administrador. Elimine la clave de acceso de su dispositivo o gestor de contraseñas.',
  'error.passkey_registered':
    'Esta clave de acceso ya está registrada. Use otro dispositivo u otra llave de seguridad.',
  'error.password_rejected': 'Esta contraseña no se puede usar. Elija una más larga y menos común.',
  'error.password_wrong': 'La contraseña actual es incorrecta. Revísela y vuelva a introducirla.',
  'error.password_change_required': 'Elija primero una contraseña nueva.',
  'error.token_invalid': 'Este enlace del correo ha caducado o ya se ha usado. Solicite uno nuevo.',
  'error.reauthentication_required':
    'Esta acción requiere haber iniciado sesión en los últimos 10 minutos. Cierre la sesión, vuelva a iniciarla e inténtelo de nuevo.',
  'error.no_pending_link':
    'No hay ninguna vinculación que confirmar. Empiece de nuevo desde la página de inicio de sesión.',
  'error.handle_taken': 'Otra cuenta usa este nombre o esta dirección. Elija otro.',
  'error.identity_in_use':
    'Esta identidad ya está vinculada a otra cuenta. Cancele y pregunte a su administrador qué cuenta es.',
  'error.link_account_mismatch':
    'La vinculación pertenece a una cuenta distinta de la que está usando. Cierre la sesión e inicie sesión en la otra cuenta.',
  'error.last_administrator': 'Es el último administrador. Primero asigne este rol a otro usuario.',
  'error.last_way_in':
    'Este es su único método de inicio de sesión, por lo que no se puede quitar. Configure antes otro método.',
  'error.factor_required':
    'Su cuenta debe tener un segundo factor. Configure otro antes de eliminar este.',
  'error.message_not_sent': 'No se pudo enviar el mensaje. Use otro método o inténtelo más tarde.',
  'error.too_many_factors':
    'Su cuenta ya tiene el mayor número de segundos factores de este tipo. Quite uno primero.',
  'error.merge_refused': 'Estos usuarios no se pueden fusionar. Elija otros usuarios.',
  'error.undo_refused': 'La fusión no se puede deshacer. Compruebe ambos usuarios.',
  'error.no_pending_enrolment': 'Esta configuración ha caducado. Empiece de nuevo.',
  'error.already_signed_in': 'Ya ha iniciado sesión. Vuelva a cargar la página.',
  'error.revision_stale':
    'Los datos han cambiado mientras tanto. Vuelva a cargar la página y revíselos.',
  'failure.clockAhead': (minutes) =>
    `${plural(minutes, { one: 'El reloj de su teléfono va un minuto adelantado.', other: 'El reloj de su teléfono va # minutos adelantado.' })} Ponga la hora en automático y después introduzca el código siguiente.`,
  'failure.clockBehind': (minutes) =>
    `${plural(minutes, { one: 'El reloj de su teléfono va un minuto atrasado.', other: 'El reloj de su teléfono va # minutos atrasado.' })} Ponga la hora en automático y después introduzca el código siguiente.`,
};
