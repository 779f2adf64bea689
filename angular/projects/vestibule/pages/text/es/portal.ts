import type { portal as english } from '../en/portal';

export const portal: typeof english = {
  'portal.skip': 'Ir al contenido',
  'portal.home': (brand) => `${brand}, página de inicio`,
  'portal.signOut': 'Cerrar sesión',
  'portal.signingOut': 'Cerrando sesión…',
  'portal.unreachable': 'No se puede acceder al servidor. Se intenta de nuevo…',
  'portal.checking': 'Comprobando que su sesión sigue abierta…',
  'portal.support': 'Ayuda y contacto',
  'preferences.language': 'Idioma',
  'preferences.theme': 'Colores',
  'theme.system': 'Como el sistema',
  'theme.light': 'Claro',
  'theme.dark': 'Oscuro',
  'loadFailed.title': 'No se pudo cargar la página',
  'loadFailed.text':
    'Falta una parte de esta página: falló la conexión o se instaló una versión nueva.',
  'loadFailed.again':
    'Sigue sin poder accederse al servidor. Compruebe su conexión e inténtelo de nuevo.',
};
