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
  openUser: 'Mostrar el usuario',
  openOf: (link, finding) => `${link}: ${finding}`,
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
  methods: {
    password: 'Contraseña',
    passkey: 'Clave de acceso',
    federated: 'Proveedor',
    secondFactor: 'Segundo factor',
  },
  factors: 'Segundos factores',
  factorsHelp: 'Usuarios con cada tipo. Un usuario con varios tipos cuenta para cada uno.',
  factorKinds: {
    passkey: 'Clave de acceso',
    totp: 'Aplicación de autenticación',
    sms: 'Códigos por SMS',
    email: 'Códigos por correo',
    recovery: 'Códigos de recuperación',
  },
  noFactors: 'Ningún usuario tiene un segundo factor.',
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
    passkeys_copied: 'Se rechazaron copias de claves de acceso',
    codes_replayed: 'Códigos correctos llegaron por segunda vez',
    administrators: 'Un usuario nuevo o cambiado es administrador',
    role_changes: 'Cambiaron roles de usuarios',
    provider_refusals: 'Se rechaza la mayoría de los inicios de sesión por un proveedor',
    accounts_locked: 'Hay cuentas que deben esperar tras fallos',
    recovery_codes_used: 'Se usaron códigos de recuperación',
    events_not_verified: 'No se pudieron verificar eventos de auditoría: falta una clave',
  },
  details: {
    count: ({ count }) => `Número: ${count}.`,
    network: ({ network, failures, accounts, signedIn }) =>
      `Red: ${network}. Fallos: ${failures}. Cuentas y nombres: ${accounts}. Cuentas con un acceso correcto: ${signedIn}. Bloquee la red en el proxy y revise cada acceso correcto.`,
    passwords: ({ wrong, correct, networks }) =>
      `Contraseñas erróneas: ${wrong}. Correctas: ${correct}. Redes con fallos: ${networks}. Un ataque, o un programa con una contraseña antigua: revise cada acceso correcto.`,
    account: ({ userId, failures, networks }) =>
      `Cuenta: ${userId}. Fallos: ${failures}. Redes sin un acceso correcto: ${networks}.`,
    provider: ({ provider, refused, accepted, reason }) =>
      `Proveedor: ${provider}. Rechazados: ${refused}. Aceptados: ${accepted}. Motivo más frecuente: ${reason}.`,
    administrator: ({ userId, at, by }) =>
      `Usuario: ${userId}. Creado o cambiado: ${at}. Por: ${by}.`,
  },
  advice: {
    events_altered: 'Otro programa cambió la base de datos.',
    passkeys_copied: 'Se usan un autenticador y una copia de él.',
    codes_replayed: 'Dos direcciones para un mismo código son un ataque.',
    recovery_codes_used: 'Pregunte a los usuarios si fueron ellos.',
    events_not_verified: 'La clave falta en VESTIBULE_SECRET_KEYS.',
  },
  byLogin: 'un inicio de sesión por un proveedor',
  leftOut: {
    events: (read) => `Solo se leyeron los eventos más recientes. Número: ${read}.`,
    since: (oldest) => `El más antiguo: ${oldest}.`,
    users: (checked, of) =>
      `Usuarios nuevos o cambiados cuyo rol se comprobó: ${checked} de ${of}.`,
    findings: (finding, listed, of) => `Mostrados: ${listed} de ${of}. ${finding}.`,
  },
  uncounted: {
    users: (counted) => `Solo se contaron los usuarios más recientes. Número: ${counted}.`,
    sessions: (read) => `No se leyeron todos los registros de sesión. Leídos: ${read}.`,
    counters: (read) => `No se leyeron todos los contadores de intentos fallidos. Leídos: ${read}.`,
    logins: (since) => `Solo se contaron los inicios de sesión desde ${since}.`,
  },
};

export default spanish;
