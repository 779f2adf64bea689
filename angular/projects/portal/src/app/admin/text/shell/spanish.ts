import { isolate } from '@vestibule/angular/console';
import type { ShellTexts } from '../shell';

const spanish: ShellTexts = {
  title: 'Administración',
  skip: 'Saltar la navegación',
  navigation: 'Administración',
  menu: 'Menú',
  sections: {
    overview: 'Resumen',
    users: 'Usuarios',
    sessions: 'Sesiones',
    audit: 'Eventos de auditoría',
    providers: 'Proveedores y ajustes',
    explain: 'Explicar un inicio de sesión',
    webhooks: 'Webhooks',
    mail: 'Correo',
  },
  youMay: 'Sus roles permiten:',
  permissions: {
    read: 'leer todo menos los secretos',
    users: 'crear, cambiar, combinar y eliminar usuarios',
    security: 'restablecer credenciales y terminar sesiones',
    full: 'todo, también acciones sobre otros administradores',
  },
  loading: 'Cargando…',
  retry: 'Reintentar',
  close: 'Cerrar',
  cancel: 'Cancelar',
  oneMoment: 'Un momento…',
  firstPage: 'Primera página',
  previousPage: 'Página anterior',
  nextPage: 'Página siguiente',
  pages: 'Páginas de la lista',
  filters: 'Búsqueda y filtros',
  clearFilters: 'Quitar todos los filtros',
  any: 'Cualquiera',
  yes: 'Sí',
  no: 'No',
  none: 'Ninguno',
  never: 'Nunca',
  actions: 'Acciones',
  save: 'Guardar',
  fieldRefused: 'El servicio no acepta este valor. Cámbielo e inténtelo de nuevo.',
  fieldMissing: 'Rellene este campo.',
  reason: 'Motivo',
  reasonHelp: 'Se guarda en el evento de auditoría, por ejemplo el número de la solicitud.',
  reasonMissing: 'Escriba un motivo.',
  stale:
    'Esto ha cambiado mientras tanto. No se ha hecho nada. Cargue el estado actual, revíselo e inténtelo de nuevo.',
  reload: 'Cargar el estado actual',
  lastAdministrator:
    'Es el último administrador activo. No se ha hecho nada. Dé primero el rol «admin» a otro usuario.',
  impossible: {
    mail_disabled: 'Los ajustes no indican ningún servidor de correo. Elija otra forma.',
    no_verified_address: 'El usuario no tiene ninguna dirección verificada. Elija otra forma.',
    mail_queue_full: 'Hay demasiados mensajes en espera. Inténtelo más tarde o elija otra forma.',
    account_disabled: 'La cuenta no está activa. Actívela primero.',
    no_login_name:
      'El usuario no tiene ni nombre de usuario ni dirección verificada. Añada uno primero.',
    passwords_disabled: 'Este servicio no tiene contraseñas. Elija otra forma.',
    passkeys_disabled:
      'Los ajustes no permiten claves de acceso, por lo que ningún enlace lleva a una. El usuario inicia sesión con un proveedor.',
    second_factor_exists:
      'El usuario tiene un segundo factor y un enlace no debe evitarlo. Restablezca primero los segundos factores.',
  },
  missingPermission: (permission) =>
    `Sus roles no lo permiten. Necesita un rol que permita: ${permission}.`,
  typeToConfirm: (phrase) => `Para confirmar, escriba ${isolate(phrase)}`,
  typedWrong: (phrase) => `Escriba exactamente ${isolate(phrase)} o cancele.`,
};

export default spanish;
