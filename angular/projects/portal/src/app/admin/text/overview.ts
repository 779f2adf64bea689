import type { FactorKind, Finding, Uncounted } from '../overview/figures';
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

/** Values of a finding as texts: numbers and times are in the language already. */
type Values<Kind extends Finding['details']['kind']> = Readonly<
  Record<Exclude<keyof Extract<Finding['details'], { kind: Kind }>, 'kind'>, string>
>;

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
  /** What is wrong. */
  readonly findings: Readonly<Record<FindingCode, string>>;
  /** The numbers of a finding, by the kind of its values. Each number stands after its name, so that no text depends on it. */
  readonly details: {
    readonly [Kind in Finding['details']['kind']]: (values: Values<Kind>) => string;
  };
  /** What to do about a finding that is one number. */
  readonly advice: Readonly<Partial<Record<FindingCode, string>>>;
  readonly byLogin: string;
  readonly leftOut: {
    readonly events: (read: string) => string;
    readonly since: (oldest: string) => string;
    readonly users: (checked: string, of: string) => string;
    readonly findings: (finding: string, listed: string, of: string) => string;
  };
  /** What the figures leave out, by the kind of the values. */
  readonly uncounted: Readonly<Record<Uncounted['kind'], (value: string) => string>>;
}

export const overviewText = new FeatureText<OverviewTexts>({
  ar: () => import('./overview/arabic'),
  de: () => import('./overview/german'),
  en: () => import('./overview/english'),
  es: () => import('./overview/spanish'),
  fr: () => import('./overview/french'),
});
