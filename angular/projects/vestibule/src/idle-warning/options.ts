import { InjectionToken } from '@angular/core';

/** What the dialog and the notice say. */
export interface IdleWarningText {
  readonly title: string;
  readonly explanation: string;
  /** E.g. "42 seconds left". */
  readonly timeLeft: (seconds: number) => string;
  readonly stay: string;
  readonly signOut: string;
  readonly failed: string;
  readonly noticeLabel: string;
  /** `time` is written as this browser writes times. */
  readonly endsAt: (time: string) => string;
  readonly understood: string;
}

export interface IdleWarningOptions {
  /** Seconds before the idle end at which to ask; at most a third of the idle time. */
  readonly seconds: number;
  /** Seconds before the absolute end at which to tell; at most half of the idle time. */
  readonly noticeSeconds: number;
  readonly text: IdleWarningText;
}

export const DEFAULT_IDLE_WARNING: IdleWarningOptions = {
  seconds: 60,
  noticeSeconds: 300,
  text: {
    title: 'Are you still there?',
    explanation:
      'Nothing has happened for a while. To protect your account you will be signed out.',
    timeLeft: (seconds) => (seconds === 1 ? '1 second left' : `${seconds} seconds left`),
    stay: 'Stay signed in',
    signOut: 'Sign out',
    failed: 'The server could not be reached. Please try again.',
    noticeLabel: 'End of your session',
    endsAt: (time) => `You must sign in again at ${time}. Save what you are working on.`,
    understood: 'Understood',
  },
};

export const IDLE_WARNING = new InjectionToken<IdleWarningOptions>('IDLE_WARNING', {
  factory: () => DEFAULT_IDLE_WARNING,
});
