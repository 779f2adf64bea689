import type { notFound as english } from '../en/not-found';

export const notFound: typeof english = {
  'notFound.title': 'Seite nicht gefunden',
  'notFound.text':
    'Unter dieser Adresse gibt es keine Seite. Vielleicht wurde sie verschoben, oder der Link enthält einen Tippfehler.',
  'notFound.toAccount': 'Zu Ihrem Konto',
  'notFound.toSignIn': 'Zur Anmeldung',
};
