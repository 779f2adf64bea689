import { isolate, pluralIn } from '@vestibule/angular/console';
import type { UserTexts } from '../user';

const plural = pluralIn('es');

const spanish: UserTexts = {
  title: 'Usuario',
  back: 'Todos los usuarios',
  canSignIn: 'Este usuario puede iniciar sesión.',
  cannotSignIn: {
    disabled: 'Este usuario no puede iniciar sesión: la cuenta está desactivada.',
    quarantined:
      'Este usuario no puede iniciar sesión: la cuenta está en cuarentena, porque el dueño de su dirección inició sesión con otra cuenta.',
    locked: 'Este usuario no puede iniciar sesión ahora: hubo demasiados intentos fallidos.',
    no_sign_in_method:
      'Este usuario no puede iniciar sesión: la cuenta no tiene contraseña, ni proveedor, ni una clave de acceso que inicie sesión por sí sola.',
    password_expired:
      'Este usuario no puede iniciar sesión: la contraseña asignada ha caducado. Restablézcala.',
  },
  cannotSignInOther: 'Este usuario no puede iniciar sesión.',
  noMethodNoPasswords:
    'Este usuario no puede iniciar sesión: la cuenta no tiene proveedor ni una clave de acceso que inicie sesión por sí sola. Envíe un enlace para una clave de acceso.',
  lockedUntil: (time) => `Los intentos se rechazan hasta ${time}.`,
  deletedAt: (time) => `El usuario pidió la eliminación. La cuenta se eliminará el ${time}.`,
  formerIds: (ids) => `Estas cuentas se combinaron con esta: ${isolate(ids)}.`,
  openedByFormerId: (id) => `La cuenta ${isolate(id)} se combinó con esta.`,
  changed: 'El usuario ha cambiado mientras tanto:',
  change: (field, before, after) =>
    `${field}: antes «${isolate(before)}», ahora «${isolate(after)}»`,
  profile: 'Perfil',
  fields: {
    id: 'ID',
    username: 'Nombre de usuario',
    email: 'Dirección',
    emailVerified: 'Dirección verificada',
    displayName: 'Nombre',
    locale: 'Idioma',
    roles: 'Roles',
    assignedRoles: 'Roles asignados aquí',
    status: 'Estado',
    hasPassword: 'Tiene contraseña',
    mustChangePassword: 'Debe cambiar la contraseña',
    mfaEnabled: 'Segundo factor',
    providers: 'Proveedores',
    createdAt: 'Creado',
    createdBy: 'Creado por',
    updatedAt: 'Cambiado',
    lastLoginAt: 'Último inicio de sesión',
  },
  verified: 'verificada',
  unverified: 'no verificada',
  fromProvider: (provider) => `de ${isolate(provider)}`,
  rolesOf: (provider, roles) => `${isolate(roles)} de ${isolate(provider)}`,
  createdBy: { administrator: 'un administrador', provider: 'un proveedor', user: 'el usuario' },
  methods: 'Formas de iniciar sesión',
  password: 'Contraseña',
  passwordSet: (time) => `Establecida el ${time}`,
  passwordNone: 'Sin contraseña',
  mustChange: 'El usuario debe elegir una contraseña nueva en el próximo inicio de sesión.',
  apps: 'Aplicaciones de autenticación',
  app: (name, added, used) => `${isolate(name)}: añadida ${added}, último uso: ${used}`,
  unnamedApp: 'Aplicación sin nombre',
  noApp: 'Ninguna aplicación de autenticación',
  passkeys: 'Claves de acceso',
  noPasskey: 'Ninguna clave de acceso',
  addedAt: (time) => `Añadida: ${time}`,
  usedAt: (time) => `Último uso: ${time}`,
  synced: 'Sincronizada entre dispositivos',
  deviceBound: 'Solo en un dispositivo',
  aaguid: 'Modelo (AAGUID)',
  messageCodes: 'Códigos por mensaje',
  byEmail: 'Correo',
  bySms: 'SMS',
  codesTo: (kind, target, added, used) =>
    `${kind}: ${isolate(target)}, añadido ${added}, último uso: ${used}`,
  recoveryCodes: 'Códigos de recuperación restantes',
  identities: 'Proveedores',
  noIdentity: 'Ningún proveedor está vinculado.',
  linkedAt: (time) => `Vinculado: ${time}`,
  lastUsedAt: (time) => `Último inicio de sesión: ${time}`,
  subject: 'Subject en el proveedor',
  unlinkedAt: (time) => `Desvinculado: ${time}`,
  unlink: {
    label: 'Desvincular',
    consequences:
      'El usuario ya no puede iniciar sesión con esta identidad del proveedor y pierde los roles que venían de ella. La identidad no se vuelve a vincular por sí sola.',
    done: 'El proveedor se ha desvinculado.',
  },
  unlinkNamed: (label) => `Desvincular ${isolate(label)}`,
  locks: 'Esperas tras intentos fallidos',
  lock: (failures, until) =>
    plural(failures, {
      one: `Un intento fallido, rechazado hasta ${until}`,
      other: `# intentos fallidos, rechazados hasta ${until}`,
    }),
  lockOfKnownDevice: 'en un dispositivo conocido del usuario',
  sessions: 'Sesiones',
  noSession: 'El usuario no ha iniciado sesión.',
  endSession: {
    label: 'Terminar',
    consequences:
      'Ese navegador debe volver a iniciar sesión. Allí se puede perder lo que no se guardó.',
    done: 'La sesión ha terminado.',
  },
  endSessionNamed: (device) => `Terminar la sesión en ${isolate(device)}`,
  events: 'Eventos de auditoría',
  noEvent: 'Aún no hay nada registrado.',
  olderEvents: 'Mostrar eventos anteriores',
  by: (actor) => `Por: ${isolate(actor)}`,
  statedReason: (reason) => `Motivo: ${isolate(reason)}`,
  network: (ip) => `Dirección de red: ${isolate(ip)}`,
  trace: 'Cómo se eligió la cuenta',
  acts: 'Acciones',
  noAct: 'Sus roles no permiten cambiar usuarios.',
  onlyFull: 'Este usuario es administrador. Solo el rol «admin» puede cambiar administradores.',
  ownAccount: 'Es su propia cuenta: otro administrador debe desactivarla o eliminarla.',
  act: {
    edit: {
      label: 'Editar perfil y roles',
      consequences: 'Un campo que cambie aquí ya no lo actualiza ningún proveedor.',
      done: 'El perfil se ha cambiado.',
    },
    unlock: {
      label: 'Levantar las esperas',
      consequences: 'El usuario puede volver a intentar iniciar sesión de inmediato.',
      done: 'Las esperas se han levantado.',
    },
    'end-sessions': {
      label: 'Terminar todas las sesiones',
      consequences: 'La sesión del usuario se cierra en todas partes en un segundo.',
      done: 'Todas las sesiones han terminado.',
    },
    'reset-password': {
      label: 'Restablecer la contraseña',
      consequences:
        'Terminan todas las sesiones del usuario. La contraseña actual deja de ser válida.',
      done: 'La contraseña se ha restablecido.',
    },
    'reset-mfa': {
      label: 'Restablecer el segundo factor',
      consequences:
        'Se eliminan todas las claves de acceso, las aplicaciones de autenticación, los números de teléfono, los códigos por correo y los códigos de recuperación, y terminan todas las sesiones. Compruebe que la petición es del usuario: un atacante también la hace.',
      done: 'El segundo factor se ha restablecido.',
    },
    disable: {
      label: 'Desactivar',
      consequences:
        'Terminan todas las sesiones, y el usuario no puede iniciar sesión hasta que se active la cuenta.',
      done: 'La cuenta está desactivada.',
    },
    enable: {
      label: 'Activar',
      consequences: 'El usuario puede volver a iniciar sesión.',
      done: 'La cuenta está activada.',
    },
    delete: {
      label: 'Eliminar',
      consequences:
        'La cuenta y todo lo que está guardado sobre el usuario se elimina de inmediato. No se puede deshacer.',
      done: 'El usuario se ha eliminado.',
    },
  },
  passkeyLink: {
    label: 'Enviar un enlace para una clave de acceso',
    consequences:
      'Con el enlace, el usuario crea una clave de acceso. Después terminan todas las sesiones del usuario.',
    done: 'El enlace se ha creado.',
  },
  passkeyLinkBy: 'Cómo recibe el usuario el enlace',
  resetBy: 'Cómo recibe el usuario una contraseña nueva',
  resets: {
    mail: 'Enviar un enlace por correo',
    link: 'Mostrarme un enlace para entregar',
    remove: 'Quitar la contraseña',
  },
  resetUrl: 'Entregue este enlace al usuario. Solo se muestra ahora y sirve una vez.',
  rolesHelp: 'Separe los roles con comas. Los roles de proveedores no se cambian aquí.',
  emptyHelp: 'Un campo vacío quita el valor.',
};

export default spanish;
