import { pluralIn } from '@vestibule/angular/console';
import type { OverviewTexts } from '../overview';

const plural = pluralIn('es');

const spanish: OverviewTexts = {
  title: 'Resumen',
  intro: (from) => `Cifras desde el ${from}. Los días son en UTC.`,
  period: 'Periodo',
  days: (count) => plural(count, { one: '# día', other: '# días' }),
  lookFirst: 'Qué mirar primero',
  lookIntro: 'De los eventos de auditoría de las últimas 24 horas, lo más urgente primero.',
  nothing:
    'Nada que revisar: los eventos de auditoría de las últimas 24 horas no tienen hallazgos.',
  openEvents: 'Mostrar los eventos',
  openEventsOf: (finding) => `Mostrar los eventos: ${finding}`,
  command: 'Comando',
  incomplete: 'Estas cifras no están completas:',
  figures: 'Usuarios y sesiones',
  users: {
    total: 'Usuarios',
    active: 'Activos',
    disabled: 'Deshabilitados',
    quarantined: 'En cuarentena',
    withMfa: 'Con segundo factor',
    withPassword: 'Con contraseña',
    federated: 'Vinculados a un proveedor',
  },
  ofUsers: (share) => `${share} de todos los usuarios`,
  sessions: 'Sesiones activas',
  locks: 'Cuentas que deben esperar tras fallos',
  logins: 'Inicios de sesión por día',
  loginsHelp: 'Con contraseña o a través de un proveedor.',
  newUsers: 'Usuarios nuevos por día',
  byMethod: 'Inicios de sesión por método',
  byMethodHelp: 'Un inicio de sesión con segundo factor cuenta para los dos métodos.',
  methods: { password: 'Contraseña', federated: 'Proveedor', secondFactor: 'Segundo factor' },
  success: 'Correctos',
  failure: 'Rechazados',
  count: 'Usuarios',
  day: 'Día',
  method: 'Método',
  table: 'Mostrar como tabla',
  csv: 'Descargar CSV',
  csvOf: (chart) => `Descargar CSV: ${chart}`,
  noLogins: 'Ningún inicio de sesión en este periodo.',
  loadAgain: 'Cargar de nuevo',
  findings: {
    events_altered: 'Hay eventos de auditoría que no están como el servicio los escribió',
    user_reports: 'Usuarios avisaron: no fui yo',
    password_spraying: 'Se prueban contraseñas en muchas cuentas',
    account_from_many_networks: 'Se ataca una cuenta desde muchas redes',
    codes_replayed: 'Códigos correctos llegaron por segunda vez',
    administrators: 'Un usuario nuevo o cambiado es administrador',
    role_changes: 'Cambiaron roles de usuarios',
    provider_refusals: 'Se rechaza la mayoría de los inicios de sesión por un proveedor',
    accounts_locked: 'Hay cuentas que deben esperar tras fallos',
    recovery_codes_used: 'Se usaron códigos de recuperación',
    events_not_verified: 'No se pudieron verificar eventos de auditoría: falta una clave',
  },
};

export default spanish;
