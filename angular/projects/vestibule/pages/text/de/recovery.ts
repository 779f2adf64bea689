import { isolate } from '../isolate';
import type { recovery as english } from '../en/recovery';
import { pluralIn } from '../plural';

const plural = pluralIn('de');

export const recovery: typeof english = {
  'recovery.title': 'Ihre Wiederherstellungscodes',
  'recovery.list': 'Wiederherstellungscodes',
  'recovery.explanation':
    'Wenn Sie Ihren zweiten Faktor nicht verwenden können, ersetzt ihn einer dieser Codes. Jeder gilt einmal. Bewahren Sie sie an einem sicheren Ort auf, zum Beispiel in einem Passwortmanager.',
  'recovery.shownOnce': 'Sie werden nur jetzt angezeigt.',
  'recovery.copy': 'Codes kopieren',
  'recovery.download': 'Herunterladen',
  'recovery.print': 'Drucken',
  'recovery.saved': 'Ich habe diese Codes gesichert',
  'recovery.confirmSaved': 'Sichern Sie die Codes und setzen Sie dann dieses Häkchen.',
  'recovery.sheet': (name, brand, date) =>
    `Wiederherstellungscodes von ${isolate(name)} bei ${brand}, ${date}`,
  'recovery.fewTitle': 'Nur noch wenige Wiederherstellungscodes',
  'recovery.left': (count) =>
    plural(count, {
      one: 'Sie haben noch einen Wiederherstellungscode.',
      other: 'Sie haben noch # Wiederherstellungscodes.',
    }),
  'recovery.noneLeft': 'Sie haben Ihren letzten Wiederherstellungscode verwendet.',
  'recovery.fewHelp': 'Erstellen Sie jetzt neue. Die alten gelten dann nicht mehr.',
  'recovery.create': 'Neue Codes erstellen',
  'recovery.later': 'Später',
};
