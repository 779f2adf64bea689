import { FeatureText } from './feature-text';

/** Mails that the service sends. A newer server has others. */
export type MailTemplate =
  | 'invitation'
  | 'passwordReset'
  | 'emailConfirm'
  | 'emailChangeNotice'
  | 'signInWays'
  | 'addressTaken'
  | 'emailChangeCancelled'
  | 'attackReported'
  | 'unknownDevice'
  | 'passwordChanged'
  | 'factorAdded'
  | 'factorRemoved'
  | 'passkeyAdded'
  | 'passkeyRemoved'
  | 'secondFactorReset'
  | 'recoveryCodeUsed'
  | 'recoveryCodesReplaced'
  | 'messageCode'
  | 'messageCodesAdded'
  | 'messageCodesRemoved'
  | 'identityLinked'
  | 'identityUnlinked'
  | 'emailChanged'
  | 'accountDeletion'
  | 'test';

/** Why a mail was given up. */
export type MailFailure = 'refused' | 'undeliverable' | 'expired' | 'unreadable';

/** Texts of the mail queue. */
export interface MailTexts {
  readonly title: string;
  readonly intro: string;
  readonly state: string;
  readonly states: Readonly<Record<'queued' | 'failed', string>>;
  readonly mail: string;
  readonly to: string;
  readonly createdAt: string;
  readonly attempts: string;
  readonly result: string;
  readonly nextAttempt: (time: string) => string;
  readonly failedAt: (time: string) => string;
  readonly reply: string;
  readonly none: string;
  readonly retryHelp: string;
  readonly templates: Readonly<Record<MailTemplate, string>>;
  readonly reasons: Readonly<Record<MailFailure, string>>;
}

export const mailText = new FeatureText<MailTexts>({
  ar: () => import('./mail/arabic'),
  de: () => import('./mail/german'),
  en: () => import('./mail/english'),
  es: () => import('./mail/spanish'),
  fr: () => import('./mail/french'),
});
