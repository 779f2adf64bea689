import { pluralIn } from '@vestibule/angular/console';
import type { UsersTexts } from '../users';

const plural = pluralIn('es');

const spanish: UsersTexts = {
  title: 'Usuarios',
  create: 'Crear un usuario',
  search: 'Nombre, nombre de usuario, dirección o ID',
  status: 'Estado',
  statuses: { active: 'Activo', disabled: 'Desactivado', quarantined: 'En cuarentena' },
  provider: 'Proveedor',
  role: 'Rol',
  secondFactor: 'Segundo factor',
  locked: 'Bloqueado',
  order: 'Orden',
  orders: {
    username: ['Nombre de usuario, de la A a la Z', 'Nombre de usuario, de la Z a la A'],
    email: ['Dirección, de la A a la Z', 'Dirección, de la Z a la A'],
    createdAt: ['Cuenta más antigua primero', 'Cuenta más reciente primero'],
    lastLoginAt: ['Más tiempo sin iniciar sesión primero', 'Último inicio de sesión primero'],
  },
  count: (count) => plural(count, { one: 'Un usuario', other: '# usuarios' }),
  countOfPage: (count) =>
    plural(count, { one: 'Un usuario en esta página', other: '# usuarios en esta página' }),
  noUsers: 'Ningún usuario coincide. Cambie o quite los filtros.',
  caption: 'Usuarios que coinciden con los filtros',
  user: 'Usuario',
  methods: 'Formas de iniciar sesión',
  password: 'Contraseña',
  roles: 'Roles',
  lastLogin: 'Último inicio de sesión',
  lockedUntil: (time) => `Bloqueado hasta ${time}`,
  deletedAt: (time) => `Se eliminará el ${time}`,
  secondFactorOn: 'Activado',
  secondFactorOff: 'Desactivado',
  factors: {
    passkey: 'Clave de acceso',
    totp: 'Aplicación',
    smsCode: 'SMS',
    emailCode: 'Correo',
    recoveryCode: 'Códigos de recuperación',
  },
};

export default spanish;
