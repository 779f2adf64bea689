import { IdleWarningText } from './options';

/** Kept apart from the options: the texts are loaded with the dialog, not with the first view. */
export const ENGLISH: IdleWarningText = {
  title: 'Are you still there?',
  explanation:
    'You have been inactive for a while. To protect your account, you will be signed out.',
  timeLeft: (seconds) => (seconds === 1 ? '1 second left' : `${seconds} seconds left`),
  stay: 'Stay signed in',
  signOut: 'Sign out',
  failed: 'The server could not be reached. Please try again.',
  noticeLabel: 'End of your session',
  endsAt: (time) => `You must sign in again at ${time}. Save your work before then.`,
  dismiss: 'Dismiss',
};
