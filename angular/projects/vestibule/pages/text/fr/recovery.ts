import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';
import { pluralIn } from '../plural';

const plural = pluralIn('fr');

export const recovery: typeof english = {
  'recovery.title': 'Vos codes de récupération',
  'recovery.list': 'Codes de récupération',
  'recovery.explanation':
    'Si vous ne pouvez pas utiliser votre second facteur, l’un de ces codes le remplace. Chacun ne sert qu’une fois. Conservez-les en lieu sûr, par exemple dans un gestionnaire de mots de passe.',
  'recovery.shownOnce': 'Ils ne sont affichés que maintenant.',
  'recovery.copy': 'Copier les codes',
  'recovery.download': 'Télécharger',
  'recovery.print': 'Imprimer',
  'recovery.saved': 'J’ai conservé ces codes',
  'recovery.confirmSaved': 'Conservez les codes, puis cochez cette case.',
  'recovery.sheet': (name, brand, date) =>
    `Codes de récupération de ${isolate(name)} chez ${brand}, ${date}`,
  'recovery.fewTitle': 'Il reste peu de codes de récupération',
  'recovery.left': (count) =>
    plural(count, {
      one: 'Il vous reste un code de récupération.',
      other: 'Il vous reste # codes de récupération.',
    }),
  'recovery.noneLeft': 'Vous avez utilisé votre dernier code de récupération.',
  'recovery.fewHelp': 'Créez-en de nouveaux maintenant. Les anciens ne seront alors plus valables.',
  'recovery.create': 'Créer de nouveaux codes',
  'recovery.later': 'Plus tard',
};
