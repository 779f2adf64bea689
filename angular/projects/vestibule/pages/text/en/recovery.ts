import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('en');

/** Texts of the recovery codes. */
export const recovery = {
  'recovery.title': 'Your recovery codes',
  'recovery.list': 'Recovery codes',
  'recovery.explanation':
    'If you cannot use your second factor, one of these codes replaces it. Each works once. Keep them in a safe place, for example in a password manager.',
  'recovery.shownOnce': 'They are shown only now.',
  'recovery.copy': 'Copy codes',
  'recovery.download': 'Download',
  'recovery.print': 'Print',
  'recovery.saved': 'I have saved these codes',
  'recovery.confirmSaved': 'Save the codes, then tick this box.',
  'recovery.sheet': (name: string, brand: string, date: string) =>
    `Recovery codes of ${isolate(name)} at ${brand}, ${date}`,
  'recovery.fewTitle': 'Few recovery codes are left',
  'recovery.left': (count: number) =>
    plural(count, {
      one: 'You have one recovery code left.',
      other: 'You have # recovery codes left.',
    }),
  'recovery.noneLeft': 'You have used your last recovery code.',
  'recovery.fewHelp': 'Create new ones now. The old ones then stop working.',
  'recovery.create': 'Create new codes',
  'recovery.later': 'Later',
};
