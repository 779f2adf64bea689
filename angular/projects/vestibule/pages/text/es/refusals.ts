import type { refusals as english } from '../en/refusals';

export const refusals: typeof english = {
  'refusal.provider_unknown':
    'Este proveedor no está configurado aquí. Elija otro método de inicio de sesión.',
  'refusal.provider_unavailable':
    'No se puede acceder al proveedor. Inténtelo de nuevo en unos minutos o use otro método de inicio de sesión.',
  'refusal.provider_error':
    'El proveedor ha comunicado un error. Inténtelo de nuevo; si no funciona, consulte a su administrador.',
  'refusal.provider_response_invalid':
    'La respuesta del proveedor no era válida y no se ha usado. Inténtelo de nuevo; si no funciona, consulte a su administrador.',
  'refusal.access_denied':
    'El proveedor denegó el acceso, o aquí no se acepta su organización o su dirección. Solicite acceso a su administrador.',
  'refusal.login_cancelled':
    'Canceló en el proveedor. Inicie sesión de nuevo o use otro método de inicio de sesión.',
  'refusal.login_expired':
    'Este inicio de sesión ya no es válido. Duró demasiado, ya se había usado, se inició en otro navegador o su proveedor lo finalizó. Empiece de nuevo desde esta página.',
  'refusal.too_many_attempts':
    'Demasiados inicios de sesión desde su red han fallado en el proveedor. Inténtelo de nuevo en diez minutos o use otro método de inicio de sesión.',
  'refusal.signup_not_allowed':
    'No tiene una cuenta aquí y este proveedor no puede crearla. Solicite una cuenta a su administrador.',
  'refusal.account_disabled': 'Su cuenta está desactivada. Pida a su administrador que la active.',
  'refusal.link_ambiguous':
    'Coincide más de una cuenta, por lo que no se ha elegido ninguna. Pida a su administrador que lo corrija.',
  'refusal.identity_unlinked':
    'Este proveedor se desvinculó de su cuenta. Inicie sesión con otro método y vuelva a vincularlo en «Métodos de inicio de sesión».',
  'refusal.link_refused':
    'La identidad ya está vinculada a otra cuenta, o cerró la sesión antes de completar la vinculación. Inténtelo de nuevo desde su cuenta; si no funciona, consulte a su administrador.',
  'refusal.reauthentication_refused':
    'El proveedor no le pidió que iniciara sesión de nuevo, usó allí otra cuenta o cerró la sesión. Inténtelo de nuevo e inicie sesión en el proveedor; si no funciona, consulte a su administrador.',

  'refusal.other': 'Empiece de nuevo; si no funciona, consulte a su administrador.',
  'refusalSignedIn.provider_unknown': 'Este proveedor ya no está configurado aquí. Elija otro.',
  'refusalSignedIn.provider_unavailable':
    'No se puede acceder al proveedor. Inténtelo de nuevo en unos minutos.',
  'refusalSignedIn.access_denied':
    'El proveedor denegó el acceso, o aquí no se acepta su organización o su dirección. Consulte a su administrador.',
  'refusalSignedIn.login_cancelled': 'Canceló en el proveedor. Empiece de nuevo desde su cuenta.',
  'refusalSignedIn.login_expired':
    'La solicitud ya no es válida. Duró demasiado, ya se había usado, se inició en otro navegador o su proveedor la finalizó. Empiece de nuevo desde su cuenta.',
  'refusalSignedIn.reauthentication_refused':
    'El proveedor no volvió a autenticarle, o usó allí una cuenta distinta de la vinculada. Inténtelo con la cuenta vinculada, o cierre la sesión y vuelva a iniciarla.',
};
