import { FeatureText } from './feature-text';

/** Fields of a merge that the page of a user does not name. */
export type MergeField =
  | 'password'
  | 'pendingEmail'
  | 'previousEmails'
  | 'picture'
  | 'totp'
  | 'passkeys'
  | 'messageCodes'
  | 'pendingTotp'
  | 'recoveryCodes'
  | 'identities'
  | 'unlinkedIdentities'
  | 'devices'
  | 'deletionAt'
  | 'formerIds';

/** Texts of the merge of two users, and of the list of merges. */
export interface MergeTexts {
  readonly title: string;
  readonly label: string;
  readonly ends: (name: string) => string;
  readonly search: string;
  readonly noUsers: string;
  readonly choose: string;
  readonly chooseNamed: (name: string) => string;
  readonly stays: (name: string) => string;
  readonly other: string;
  readonly swap: string;
  readonly withRoles: string;
  readonly withFactors: string;
  readonly caption: string;
  readonly field: string;
  readonly fromColumn: string;
  readonly intoColumn: string;
  readonly result: string;
  readonly fields: Readonly<Record<MergeField, string>>;
  readonly submit: string;
  readonly consequences: (from: string, into: string, until: string) => string;
  readonly done: string;
  /** Why the service refused, by `reason`. */
  readonly refused: Readonly<Record<string, string>>;
  readonly list: string;
  readonly listCaption: string;
  readonly none: string;
  readonly at: string;
  readonly actor: string;
  readonly ended: string;
  readonly stayed: string;
  readonly undo: string;
  readonly undoNamed: (name: string) => string;
  readonly undoUntil: (time: string) => string;
  readonly undoneAt: (time: string) => string;
  readonly undoConsequences: string;
  readonly undone: string;
}

export const mergeText = new FeatureText<MergeTexts>({
  ar: () => import('./merge/arabic'),
  de: () => import('./merge/german'),
  en: () => import('./merge/english'),
  es: () => import('./merge/spanish'),
  fr: () => import('./merge/french'),
});
