import type { Access } from '../api/users';
import { FeatureText } from './feature-text';

/** Texts of the form that creates a user. */
export interface CreateTexts {
  readonly title: string;
  readonly help: string;
  /** In place of `help`, if the service has no passwords. */
  readonly helpNoPasswords: string;
  readonly emailVerifiedHelp: string;
  readonly rolesHelp: string;
  readonly access: string;
  readonly ways: Readonly<Record<Access, string>>;
  /** In place of `ways.none`, if the service has no passwords. */
  readonly noLink: string;
  readonly mailNeedsAddress: string;
  readonly taken: string;
  readonly submit: string;
  readonly created: (name: string) => string;
  readonly mailSent: string;
  readonly inviteUrl: string;
  readonly generatedPassword: string;
  readonly openUser: string;
  readonly another: string;
}

export const createText = new FeatureText<CreateTexts>({
  ar: () => import('./create/arabic'),
  de: () => import('./create/german'),
  en: () => import('./create/english'),
  es: () => import('./create/spanish'),
  fr: () => import('./create/french'),
});
