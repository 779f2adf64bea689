import { isolate } from '../isolate';
import { pluralIn } from '../plural';

const plural = pluralIn('en');

/** Texts of the sessions and of the data of the account page. */
export const sessions = {
  'sessions.list': 'Where you are signed in',
  'sessions.help': 'End a session that you do not recognise, then change your password.',
  'sessions.current': 'this session',
  'sessions.signedInWith': (method: string) => `Signed in with: ${method}`,
  'sessions.network': (network: string) => `Network address: ${isolate(network)}`,
  'sessions.lastSeen': (date: string) => `Last active: ${date}`,
  'sessions.started': (date: string) => `Started: ${date}`,
  'sessions.endsAt': (date: string) => `Ends at the latest: ${date}`,
  'sessions.end': 'End',
  'sessions.endNamed': (name: string) => `End ${name}`,
  'sessions.endQuestion': (name: string) =>
    `End the session in ${name}? That browser must sign in again. Unsaved input there may be lost.`,
  'sessions.ended': (name: string) => `The session in ${name} has ended.`,
  'sessions.endOthers': 'End all other sessions',
  'sessions.endOthersQuestion': (count: number) =>
    plural(count, {
      one: 'End the other session? That browser must sign in again.',
      other: 'End the # other sessions? Those browsers must sign in again.',
    }),
  'sessions.endedOthers': (count: number) =>
    plural(count, { one: 'One other session has ended.', other: '# other sessions have ended.' }),
  'sessions.refresh': 'Refresh the list',
  'export.title': 'Export your data',
  'export.help':
    'A JSON file with everything that is stored about you: profile, sign-in methods, devices, sessions and activity. It contains no password and no key.',
  'export.download': 'Download',
  'deletion.title': 'Delete your account',
  'deletion.help':
    'Your account and everything that is stored about you is deleted after 7 days. Your sessions on other devices end at once. Until then you can sign in and keep your account.',
  'deletion.start': 'Delete account',
  'deletion.type': (phrase: string) => `To confirm, type ${isolate(phrase)}`,
  'deletion.wrong': (phrase: string) => `Type exactly ${isolate(phrase)}, or cancel.`,
  'deletion.confirm': 'Delete my account',
  'deletion.pending': (date: string) => `Your account will be deleted on ${date}.`,
  'deletion.bannerLabel': 'Deletion of your account',
  'deletion.banner': (date: string) =>
    `Your account will be deleted on ${date}. Until then you can keep it.`,
  'deletion.keep': 'Keep my account',
  'deletion.kept': 'Your account is kept.',
};
