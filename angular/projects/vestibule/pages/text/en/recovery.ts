import { isolate } from '../isolate';

/** Texts of the recovery codes. */
export const recovery = {
  'recovery.title': 'Your recovery codes',
  'recovery.list': 'Recovery codes',
  'recovery.explanation':
    'If you do not have your authenticator app, one of these codes replaces its code. Each works once. Keep them in a safe place, for example in a password manager.',
  'recovery.shownOnce': 'They are shown only now.',
  'recovery.copy': 'Copy codes',
  'recovery.download': 'Download',
  'recovery.print': 'Print',
  'recovery.saved': 'I have saved these codes',
  'recovery.confirmSaved': 'Save the codes, then tick this box.',
  'recovery.sheet': (name: string, brand: string, date: string) =>
    `Recovery codes of ${isolate(name)} at ${brand}, ${date}`,
};
