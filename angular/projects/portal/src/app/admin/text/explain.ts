import type { JsonProblem } from '../explain/json-error';
import { FeatureText } from './feature-text';

/** Texts of the page that explains a login. */
export interface ExplainTexts {
  readonly title: string;
  readonly intro: string;
  readonly provider: string;
  readonly noProviders: string;
  readonly claims: string;
  readonly claimsHelp: string;
  readonly signedInAs: string;
  readonly signedInAsHelp: string;
  readonly notAnId: string;
  readonly unknownUser: string;
  readonly explain: string;
  readonly result: string;
  readonly resultHelp: string;
  readonly errorAt: (problem: string, line: number, column: number) => string;
  readonly problems: Readonly<Record<JsonProblem, string>>;
}

export const explainText = new FeatureText<ExplainTexts>({
  ar: () => import('./explain/arabic'),
  de: () => import('./explain/german'),
  en: () => import('./explain/english'),
  es: () => import('./explain/spanish'),
  fr: () => import('./explain/french'),
});
