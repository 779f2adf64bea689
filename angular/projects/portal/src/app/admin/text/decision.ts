import { FeatureText } from './feature-text';

/** Results of a decision. A newer server has others. */
export type DecisionOutcome =
  'signIn' | 'link' | 'linkOnRequest' | 'askForProof' | 'reclaim' | 'create' | 'refuse' | 'failed';

/** Texts of a decision about a federated login. */
export interface DecisionTexts {
  readonly title: string;
  readonly rule: string;
  readonly needed: string;
  readonly facts: string;
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly address: string;
  readonly noAddress: string;
  readonly addressVerified: string;
  readonly trusted: string;
  readonly user: string;
  readonly secondFactors: string;
  /** Kinds of second factors. A newer server has others. */
  readonly factors: Readonly<
    Record<'passkey' | 'totp' | 'smsCode' | 'emailCode' | 'recoveryCode', string>
  >;
  readonly warnings: string;
  readonly claims: string;
  readonly changes: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
  readonly code: string;
  readonly yes: string;
  readonly no: string;
  readonly outcomes: Readonly<Record<DecisionOutcome, string>>;
  /** Rules and advice, by the English sentence of the server. A sentence without a text is shown as it is. */
  readonly sentences: Readonly<Record<string, string>>;
}

export const decisionText = new FeatureText<DecisionTexts>({
  ar: () => import('./decision/arabic'),
  de: () => import('./decision/german'),
  en: () => import('./decision/english'),
  es: () => import('./decision/spanish'),
  fr: () => import('./decision/french'),
});
