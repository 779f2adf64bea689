import type { Permission } from '../api/permissions';
import { FeatureText } from './feature-text';

/** The pages of the console in the order of the navigation. */
export const SECTIONS = [
  'overview',
  'users',
  'sessions',
  'audit',
  'providers',
  'explain',
  'webhooks',
  'mail',
] as const;

export type Section = (typeof SECTIONS)[number];

/** Texts of the frame around the pages of the console, and of its tables, filters and dialogs. */
export interface ShellTexts {
  readonly title: string;
  readonly skip: string;
  readonly navigation: string;
  readonly menu: string;
  readonly sections: Readonly<Record<Section, string>>;
  /** What the roles of the administrator allow. */
  readonly youMay: string;
  readonly permissions: Readonly<Record<Permission, string>>;
  readonly loading: string;
  readonly retry: string;
  readonly close: string;
  readonly cancel: string;
  readonly oneMoment: string;
  readonly firstPage: string;
  readonly previousPage: string;
  readonly nextPage: string;
  readonly pages: string;
  readonly filters: string;
  readonly clearFilters: string;
  readonly any: string;
  readonly yes: string;
  readonly no: string;
  readonly none: string;
  readonly never: string;
  readonly actions: string;
  readonly save: string;
  readonly fieldRefused: string;
  readonly fieldMissing: string;
  readonly reason: string;
  readonly reasonHelp: string;
  readonly reasonMissing: string;
  /** The answer to 412. */
  readonly stale: string;
  readonly reload: string;
  readonly lastAdministrator: string;
  readonly missingPermission: (permission: string) => string;
  readonly typeToConfirm: (phrase: string) => string;
  readonly typedWrong: (phrase: string) => string;
}

export const shellText = new FeatureText<ShellTexts>({
  ar: () => import('./shell/arabic'),
  de: () => import('./shell/german'),
  en: () => import('./shell/english'),
  es: () => import('./shell/spanish'),
  fr: () => import('./shell/french'),
});
