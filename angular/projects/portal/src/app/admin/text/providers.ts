import { FeatureText } from './feature-text';

/** Checks of a provider and of a test login. A newer server has others. */
export type CheckName =
  | 'discovery'
  | 'issuer'
  | 'keys'
  | 'algorithms'
  | 'clock'
  | 'token_endpoint'
  | 'redirect_uri'
  | 'authorization_response'
  | 'id_token'
  | 'userinfo'
  | 'authentication'
  | 'second_factor'
  | 'email'
  | 'roles';

/** Texts of the page of the providers. */
export interface ProvidersTexts {
  readonly title: string;
  readonly intro: string;
  readonly none: string;
  readonly available: string;
  readonly unavailable: string;
  readonly name: string;
  readonly kind: string;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly problem: string;
  readonly settings: string;
  readonly settingsOf: (provider: string) => string;
  readonly setting: string;
  readonly value: string;
  readonly origin: string;
  readonly secret: string;
  readonly notSet: string;
  readonly origins: Readonly<Record<'environment' | 'file' | 'default', string>>;
  readonly allSettings: string;
  readonly allSettingsHelp: string;
  readonly test: string;
  readonly testOf: (provider: string) => string;
  readonly testing: string;
  readonly testHelp: string;
  readonly checks: string;
  readonly outcomes: Readonly<Record<'ok' | 'warning' | 'failed', string>>;
  readonly names: Readonly<Record<CheckName, string>>;
  readonly explainLogin: string;
  readonly toChange: string;
  readonly mayNotTest: string;
  readonly millis: (count: string) => string;
  readonly allGood: string;
  readonly notGood: (failed: number) => string;
  readonly testLogin: string;
  readonly testLoginOf: (provider: string) => string;
  readonly testLoginHelp: string;
  readonly waiting: (until: string) => string;
  readonly ifClosed: string;
  readonly blocked: string;
  readonly openTab: string;
  readonly cancel: string;
  readonly expired: string;
  readonly failedLogin: string;
  readonly finished: string;
  readonly result: string;
  readonly noChange: string;
  readonly opening: string;
  readonly whatItDoes: string;
  readonly cameBack: string;
  readonly hidden: string;
  readonly tokenHeader: string;
  readonly tokenClaims: string;
  readonly userinfoClaims: string;
  readonly noUserinfo: string;
  readonly testComplete: string;
  readonly backToStart: string;
  readonly toProviders: string;
}

export const providersText = new FeatureText<ProvidersTexts>({
  ar: () => import('./providers/arabic'),
  de: () => import('./providers/german'),
  en: () => import('./providers/english'),
  es: () => import('./providers/spanish'),
  fr: () => import('./providers/french'),
});
