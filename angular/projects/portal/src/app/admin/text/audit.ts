import type { FilterName } from '../audit/filters';
import { FeatureText } from './feature-text';

/** Types of events about no user, or about a user who no longer exists. */
export type UnseenType =
  | 'eventsAltered'
  | 'eventsExported'
  | 'issuerMoved'
  | 'keysRotated'
  | 'providerTested'
  | 'usersAdopted'
  | 'usersExported'
  | 'userDeleted'
  | 'webhookReplayed'
  | 'webhookTested';

/** Texts of the audit page. */
export interface AuditTexts {
  readonly title: string;
  readonly intro: string;
  readonly filters: Readonly<Record<FilterName, string>>;
  readonly help: Readonly<Record<'user' | 'actor' | 'ip' | 'trace' | 'time', string>>;
  readonly success: string;
  readonly failure: string;
  readonly time: string;
  readonly event: string;
  readonly details: string;
  readonly detailsOf: (event: string, time: string) => string;
  readonly none: string;
  readonly noneHere: string;
  readonly exportAs: string;
  readonly exportHelp: string;
  readonly follow: string;
  readonly followTitle: string;
  readonly followIntro: (limit: number) => string;
  readonly followEmpty: string;
  readonly followState: Readonly<Record<'connecting' | 'open' | 'paused' | 'ended', string>>;
  readonly pause: string;
  readonly resume: (waiting: number) => string;
  readonly reconnect: string;
  readonly backToList: string;
  /** Announced by a screen reader. */
  readonly followAdded: (count: number) => string;
  /** The user whom the event is about acted. */
  readonly self: string;
  readonly commandLine: string;
  readonly service: string;
  readonly trace: string;
  readonly type: string;
  readonly outcome: string;
  readonly reasonCode: string;
  readonly statedReason: string;
  readonly device: string;
  readonly requestId: string;
  readonly methods: string;
  readonly otherDetails: string;
  readonly eventsOfUser: string;
  readonly eventsOfNetwork: string;
  readonly notFound: string;
  /** Types that the activity of a user never shows. */
  readonly types: Readonly<Record<UnseenType, string>>;
}

export const auditText = new FeatureText<AuditTexts>({
  ar: () => import('./audit/arabic'),
  de: () => import('./audit/german'),
  en: () => import('./audit/english'),
  es: () => import('./audit/spanish'),
  fr: () => import('./audit/french'),
});
