import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';

export const recovery: typeof english = {
  'recovery.title': 'Sus códigos de recuperación',
  'recovery.list': 'Códigos de recuperación',
  'recovery.explanation':
    'Si no tiene su aplicación de autenticación, uno de estos códigos sustituye al de la aplicación. Cada uno sirve una sola vez. Guárdelos en un lugar seguro, por ejemplo en un gestor de contraseñas.',
  'recovery.shownOnce': 'Solo se muestran ahora.',
  'recovery.copy': 'Copiar los códigos',
  'recovery.download': 'Descargar',
  'recovery.print': 'Imprimir',
  'recovery.saved': 'He guardado estos códigos',
  'recovery.confirmSaved': 'Guarde los códigos y después marque esta casilla.',
  'recovery.sheet': (name, brand, date) =>
    `Códigos de recuperación de ${isolate(name)} en ${brand}, ${date}`,
};
