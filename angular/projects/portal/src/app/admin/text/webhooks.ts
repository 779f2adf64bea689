import { FeatureText } from './feature-text';

/** States of a delivery. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** Texts of the page of the webhooks. */
export interface WebhooksTexts {
  readonly title: string;
  readonly intro: string;
  readonly none: string;
  readonly events: string;
  readonly pending: string;
  readonly failed: string;
  readonly lastDelivered: string;
  readonly lastError: string;
  readonly never: string;
  readonly test: string;
  readonly testOf: (name: string) => string;
  readonly testHelp: string;
  readonly accepted: (status: number, millis: string) => string;
  readonly refused: (error: string, millis: string) => string;
  readonly mayNot: string;
  readonly deliveries: string;
  readonly webhook: string;
  readonly state: string;
  readonly states: Readonly<Record<DeliveryState, string>>;
  readonly message: string;
  readonly user: string;
  readonly created: string;
  readonly attempts: string;
  readonly result: string;
  readonly status: (status: number) => string;
  readonly deliveredAt: (time: string) => string;
  readonly failedAt: (time: string) => string;
  readonly nextAttempt: (time: string) => string;
  readonly noDelivery: string;
  readonly acts: string;
  readonly event: string;
  readonly replay: string;
  readonly replayOf: (type: string, webhook: string) => string;
  readonly replayHelp: string;
  readonly replayed: string;
}

export const webhooksText = new FeatureText<WebhooksTexts>({
  ar: () => import('./webhooks/arabic'),
  de: () => import('./webhooks/german'),
  en: () => import('./webhooks/english'),
  es: () => import('./webhooks/spanish'),
  fr: () => import('./webhooks/french'),
});
