import { FeatureText } from './feature-text';

/** Texts of the list of all sessions. */
export interface SessionsTexts {
  readonly title: string;
  readonly provider: string;
  readonly caption: string;
  readonly none: string;
  readonly count: (count: number) => string;
  readonly user: string;
  readonly device: string;
  readonly method: string;
  readonly network: string;
  readonly lastSeen: string;
  readonly started: string;
  readonly act: string;
  readonly end: string;
  readonly endNamed: (user: string, device: string) => string;
  readonly consequences: string;
  readonly ended: string;
  readonly current: string;
}

export const sessionsText = new FeatureText<SessionsTexts>({
  ar: () => import('./sessions/arabic'),
  de: () => import('./sessions/german'),
  en: () => import('./sessions/english'),
  es: () => import('./sessions/spanish'),
  fr: () => import('./sessions/french'),
});
