import type { dialogs as english } from '../en/dialogs';

export const dialogs: typeof english = {
  'dialog.enrolInWindow':
    'Richten Sie die Authenticator-App in dem Fenster ein, das sich geöffnet hat. Ihre Eingaben auf dieser Seite bleiben erhalten.',
  'dialog.escapeAgain':
    'Drücken Sie noch einmal Escape, um die Seite zu verlassen. Ihre Eingaben gehen dabei verloren.',
  'dialog.leavePage': 'Seite verlassen',
  'dialog.openTab': (label) => `Mit ${label} in einem neuen Tab anmelden`,
  'dialog.otherWay': 'Anders anmelden',
  'dialog.pageIsKept':
    'Melden Sie sich an, um fortzufahren. Die Seite und Ihre Eingaben bleiben erhalten.',
  'dialog.signInAgain': 'Erneut anmelden',
  'dialog.window': (label) =>
    `Melden Sie sich mit ${label} in dem Fenster an, das sich geöffnet hat.`,
  'dialog.windowBlocked': 'Der Browser hat das Anmeldefenster blockiert.',
  'signedIn.title': 'Sie sind angemeldet',
  'signedIn.text': 'Sie können dieses Fenster schließen.',
};
