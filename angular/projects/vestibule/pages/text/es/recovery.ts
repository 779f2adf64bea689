import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';
import { pluralIn } from '../plural';

const plural = pluralIn('es');

export const recovery: typeof english = {
  'recovery.title': 'Sus códigos de recuperación',
  'recovery.list': 'Códigos de recuperación',
  'recovery.explanation':
    'Si no puede usar su segundo factor, uno de estos códigos lo sustituye. Cada uno sirve una sola vez. Guárdelos en un lugar seguro, por ejemplo en un gestor de contraseñas.',
  'recovery.shownOnce': 'Solo se muestran ahora.',
  'recovery.copy': 'Copiar los códigos',
  'recovery.download': 'Descargar',
  'recovery.print': 'Imprimir',
  'recovery.saved': 'He guardado estos códigos',
  'recovery.confirmSaved': 'Guarde los códigos y después marque esta casilla.',
  'recovery.sheet': (name, brand, date) =>
    `Códigos de recuperación de ${isolate(name)} en ${brand}, ${date}`,
  'recovery.fewTitle': 'Quedan pocos códigos de recuperación',
  'recovery.left': (count) =>
    plural(count, {
      one: 'Le queda un código de recuperación.',
      other: 'Le quedan # códigos de recuperación.',
    }),
  'recovery.noneLeft': 'Ha usado su último código de recuperación.',
  'recovery.fewHelp': 'Cree ahora códigos nuevos. Los anteriores dejarán de servir.',
  'recovery.create': 'Crear códigos nuevos',
  'recovery.later': 'Más tarde',
};
