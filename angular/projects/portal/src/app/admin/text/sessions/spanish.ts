import { isolate, pluralIn } from '@vestibule/angular/console';
import type { SessionsTexts } from '../sessions';

const plural = pluralIn('es');

const spanish: SessionsTexts = {
  title: 'Sesiones',
  provider: 'Inicio de sesión con',
  caption: 'Sesiones de todos los usuarios',
  none: 'Ninguna sesión coincide.',
  count: (count) =>
    plural(count, { one: 'Una sesión en esta página', other: '# sesiones en esta página' }),
  user: 'Usuario',
  device: 'Dispositivo',
  method: 'Inicio de sesión con',
  network: 'Dirección de red',
  lastSeen: 'Última actividad',
  started: 'Comienzo',
  act: 'Acción',
  end: 'Terminar',
  endNamed: (user, device) => `Terminar la sesión de ${isolate(user)} en ${isolate(device)}`,
  consequences:
    'Ese navegador debe volver a iniciar sesión. Allí se puede perder lo que no se guardó.',
  ended: 'La sesión ha terminado.',
  current: 'esta sesión',
};

export default spanish;
