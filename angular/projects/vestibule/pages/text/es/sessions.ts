import type { sessions as english } from '../en/sessions';
import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const sessions: typeof english = {
  'sessions.list': 'Dónde tiene sesión iniciada',
  'sessions.help': 'Termine una sesión que no reconozca y después cambie su contraseña.',
  'sessions.current': 'esta sesión',
  'sessions.signedInWith': (method) => `Inicio de sesión con: ${method}`,
  'sessions.network': (network) => `Dirección de red: ${isolate(network)}`,
  'sessions.lastSeen': (date) => `Última actividad: ${date}`,
  'sessions.started': (date) => `Comienzo: ${date}`,
  'sessions.endsAt': (date) => `Termina como muy tarde: ${date}`,
  'sessions.end': 'Terminar',
  'sessions.endNamed': (name) => `Terminar ${name}`,
  'sessions.endQuestion': (name) =>
    `¿Terminar la sesión en ${name}? Ese navegador debe iniciar sesión de nuevo. Allí pueden perderse datos sin guardar.`,
  'sessions.ended': (name) => `La sesión en ${name} ha terminado.`,
  'sessions.endOthers': 'Terminar todas las demás sesiones',
  'sessions.endOthersQuestion': (count) =>
    plural(count, {
      one: '¿Terminar la otra sesión? Ese navegador debe iniciar sesión de nuevo.',
      other: '¿Terminar las otras # sesiones? Esos navegadores deben iniciar sesión de nuevo.',
    }),
  'sessions.endedOthers': (count) =>
    plural(count, { one: 'Ha terminado otra sesión.', other: 'Han terminado otras # sesiones.' }),
  'sessions.refresh': 'Actualizar la lista',
  'export.title': 'Exportar sus datos',
  'export.help':
    'Un archivo JSON con todo lo que se guarda sobre usted: perfil, métodos de inicio de sesión, dispositivos, sesiones y actividad. No contiene contraseñas ni claves.',
  'export.download': 'Descargar',
  'deletion.title': 'Eliminar su cuenta',
  'deletion.help':
    'Su cuenta y todo lo que se guarda sobre usted se eliminan a los 7 días. Sus sesiones en otros dispositivos terminan de inmediato. Hasta entonces puede iniciar sesión y conservar su cuenta.',
  'deletion.start': 'Eliminar la cuenta',
  'deletion.type': (phrase) => `Para confirmar, escriba ${isolate(phrase)}`,
  'deletion.wrong': (phrase) => `Escriba exactamente ${isolate(phrase)} o cancele.`,
  'deletion.confirm': 'Eliminar mi cuenta',
  'deletion.pending': (date) => `Su cuenta se eliminará el ${date}.`,
  'deletion.bannerLabel': 'Eliminación de su cuenta',
  'deletion.banner': (date) =>
    `Su cuenta se eliminará el ${date}. Hasta entonces puede conservarla.`,
  'deletion.keep': 'Conservar mi cuenta',
  'deletion.kept': 'Su cuenta se conserva.',
};
