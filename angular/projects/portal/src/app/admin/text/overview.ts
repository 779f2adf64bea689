import type { FactorKind } from '../overview/figures';
import { FeatureText } from './feature-text';

/** Kinds of findings of `GET /api/admin/summary`, the most urgent first. */
export const FINDINGS = [
  'events_altered',
  'user_reports',
  'password_spraying',
  'account_from_many_networks',
  'passkeys_copied',
  'codes_replayed',
  'administrators',
  'role_changes',
  'provider_refusals',
  'accounts_locked',
  'recovery_codes_used',
  'events_not_verified',
] as const;

export type FindingCode = (typeof FINDINGS)[number];

/** Texts of the overview. */
export interface OverviewTexts {
  readonly title: string;
  readonly intro: (from: string) => string;
  readonly period: string;
  readonly days: (count: number) => string;
  readonly lookFirst: string;
  readonly lookIntro: string;
  readonly nothing: string;
  readonly openEvents: string;
  readonly openUser: string;
  readonly openOf: (link: string, finding: string) => string;
  readonly command: string;
  readonly incomplete: string;
  readonly figures: string;
  readonly users: Readonly<
    Record<
      'total' | 'active' | 'disabled' | 'quarantined' | 'withMfa' | 'withPassword' | 'federated',
      string
    >
  >;
  readonly ofUsers: (share: string) => string;
  readonly sessions: string;
  readonly locks: string;
  readonly logins: string;
  readonly loginsHelp: string;
  readonly newUsers: string;
  readonly byMethod: string;
  readonly byMethodHelp: string;
  readonly methods: Readonly<Record<'password' | 'passkey' | 'federated' | 'secondFactor', string>>;
  readonly factors: string;
  readonly factorsHelp: string;
  readonly factorKinds: Readonly<Record<FactorKind, string>>;
  readonly noFactors: string;
  readonly success: string;
  readonly failure: string;
  readonly count: string;
  readonly day: string;
  readonly method: string;
  readonly table: string;
  readonly csv: string;
  readonly csvOf: (chart: string) => string;
  readonly noLogins: string;
  readonly loadAgain: string;
  /** What is wrong. The sentence of the server, in English, has the numbers. */
  readonly findings: Readonly<Record<FindingCode, string>>;
}

export const overviewText = new FeatureText<OverviewTexts>({
  ar: () => import('./overview/arabic'),
  de: () => import('./overview/german'),
  en: () => import('./overview/english'),
  es: () => import('./overview/spanish'),
  fr: () => import('./overview/french'),
});
