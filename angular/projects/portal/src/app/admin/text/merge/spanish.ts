import { isolate } from '@vestibule/angular/console';
import type { MergeTexts } from '../merge';

const spanish: MergeTexts = {
  title: 'Combinar dos usuarios',
  label: 'Combinar con otro usuario',
  ends: (name) => `Esta cuenta termina: ${isolate(name)}. Elija la cuenta que queda.`,
  search: 'Buscar la cuenta que queda',
  noUsers: 'Ningún otro usuario coincide.',
  choose: 'Elegir',
  chooseNamed: (name) => `Elegir ${isolate(name)}`,
  stays: (name) => `Esta cuenta queda: ${isolate(name)}`,
  other: 'Elegir otra',
  swap: 'Intercambiar: termina la otra cuenta',
  withRoles: 'Tomar también los roles asignados, sin los de administrador',
  withFactors:
    'Tomar también las claves de acceso, aplicaciones de autenticación y códigos por mensaje, si la cuenta que queda no tiene ninguno',
  caption: 'Qué cambia la combinación',
  field: 'Campo',
  fromColumn: 'Cuenta que termina',
  intoColumn: 'Cuenta que queda',
  result: 'Después',
  fields: {
    password: 'Contraseña',
    pendingEmail: 'Dirección por confirmar',
    previousEmails: 'Número de direcciones anteriores',
    picture: 'Imagen',
    totp: 'Aplicaciones de autenticación',
    passkeys: 'Claves de acceso',
    messageCodes: 'Códigos por mensaje',
    pendingTotp: 'Aplicación que se está configurando',
    recoveryCodes: 'Códigos de recuperación',
    identities: 'Identidades de proveedores',
    unlinkedIdentities: 'Identidades desvinculadas',
    devices: 'Número de dispositivos conocidos',
    deletionAt: 'Eliminación pedida',
    formerIds: 'Cuentas combinadas',
  },
  submit: 'Combinar',
  consequences: (from, into, until) =>
    `La cuenta ${isolate(from)} termina, y sus formas de iniciar sesión abren la cuenta ${isolate(into)}. Terminan las sesiones de ambas. Se puede deshacer hasta ${until}.`,
  done: 'Los usuarios se han combinado.',
  refused: {
    same_user: 'Un usuario no se puede combinar consigo mismo.',
    from_not_active: 'La cuenta que termina no está activa. Revísela y actívela primero.',
    into_not_active: 'La cuenta que queda no está activa. Revísela y actívela primero.',
    factor_would_be_lost:
      'Solo la cuenta que termina tiene un segundo factor. Tome sus segundos factores, o deje que el otro usuario configure uno primero.',
  },
  list: 'Combinaciones',
  listCaption: 'Combinaciones de los últimos 30 días',
  none: 'No hay ninguna combinación registrada.',
  at: 'Hora',
  actor: 'Administrador',
  ended: 'Cuenta que terminó',
  stayed: 'Cuenta que queda',
  undo: 'Deshacer',
  undoNamed: (name) => `Deshacer la combinación de ${isolate(name)}`,
  undoUntil: (time) => `Se puede deshacer hasta ${time}`,
  undoneAt: (time) => `Deshecha: ${time}`,
  undoConsequences:
    'La cuenta que terminó se restaura, y lo que vino de ella sale de la otra cuenta. Terminan las sesiones de ambas.',
  undone: 'La combinación se ha deshecho.',
};

export default spanish;
