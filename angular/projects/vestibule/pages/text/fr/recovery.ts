import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';

export const recovery: typeof english = {
  'recovery.title': 'Vos codes de récupération',
  'recovery.list': 'Codes de récupération',
  'recovery.explanation':
    'Si vous n’avez pas votre application d’authentification, l’un de ces codes remplace le sien. Chacun ne sert qu’une fois. Conservez-les en lieu sûr, par exemple dans un gestionnaire de mots de passe.',
  'recovery.shownOnce': 'Ils ne sont affichés que maintenant.',
  'recovery.copy': 'Copier les codes',
  'recovery.download': 'Télécharger',
  'recovery.print': 'Imprimer',
  'recovery.saved': 'J’ai conservé ces codes',
  'recovery.confirmSaved': 'Conservez les codes, puis cochez cette case.',
  'recovery.sheet': (name, brand, date) =>
    `Codes de récupération de ${isolate(name)} chez ${brand}, ${date}`,
};
