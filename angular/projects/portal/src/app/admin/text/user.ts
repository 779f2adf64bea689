import type { Obstacle, PasswordReset } from '../api/users';
import { FeatureText } from './feature-text';

/** The acts on a user, in the order of the page. */
export const ACTS = [
  'edit',
  'unlock',
  'end-sessions',
  'reset-password',
  'reset-mfa',
  'disable',
  'enable',
  'delete',
] as const;

export type ActName = (typeof ACTS)[number];

/** A button, what the act does, and the message after it. */
export interface ActText {
  readonly label: string;
  readonly consequences: string;
  readonly done: string;
}

/** Fields of a user that the page names. */
export type Field =
  | 'id'
  | 'username'
  | 'email'
  | 'emailVerified'
  | 'displayName'
  | 'locale'
  | 'roles'
  | 'assignedRoles'
  | 'status'
  | 'hasPassword'
  | 'mustChangePassword'
  | 'mfaEnabled'
  | 'providers'
  | 'createdAt'
  | 'createdBy'
  | 'updatedAt'
  | 'lastLoginAt';

/** Texts of the page of one user. */
export interface UserTexts {
  readonly title: string;
  readonly back: string;
  readonly canSignIn: string;
  readonly cannotSignIn: Readonly<Record<Obstacle, string>>;
  readonly cannotSignInOther: string;
  /** In place of `cannotSignIn.no_sign_in_method`, if the service has no passwords. */
  readonly noMethodNoPasswords: string;
  readonly lockedUntil: (time: string) => string;
  readonly deletedAt: (time: string) => string;
  readonly formerIds: (ids: string) => string;
  readonly openedByFormerId: (id: string) => string;
  readonly changed: string;
  readonly change: (field: string, before: string, after: string) => string;
  readonly profile: string;
  readonly fields: Readonly<Record<Field, string>>;
  readonly verified: string;
  readonly unverified: string;
  readonly fromProvider: (provider: string) => string;
  readonly rolesOf: (provider: string, roles: string) => string;
  readonly createdBy: Readonly<Record<'administrator' | 'provider' | 'user', string>>;
  readonly methods: string;
  readonly password: string;
  readonly passwordSet: (time: string) => string;
  readonly passwordNone: string;
  readonly mustChange: string;
  readonly apps: string;
  readonly app: (name: string, added: string, used: string) => string;
  readonly unnamedApp: string;
  readonly noApp: string;
  readonly passkeys: string;
  readonly noPasskey: string;
  readonly addedAt: (time: string) => string;
  readonly usedAt: (time: string) => string;
  readonly synced: string;
  readonly deviceBound: string;
  readonly aaguid: string;
  readonly messageCodes: string;
  readonly byEmail: string;
  readonly bySms: string;
  readonly codesTo: (kind: string, target: string, added: string, used: string) => string;
  readonly recoveryCodes: string;
  readonly identities: string;
  readonly noIdentity: string;
  readonly linkedAt: (time: string) => string;
  readonly lastUsedAt: (time: string) => string;
  readonly subject: string;
  readonly unlinkedAt: (time: string) => string;
  readonly unlink: ActText;
  readonly unlinkNamed: (label: string) => string;
  readonly locks: string;
  readonly lock: (failures: number, until: string) => string;
  readonly lockOfKnownDevice: string;
  readonly sessions: string;
  readonly noSession: string;
  readonly endSession: ActText;
  readonly endSessionNamed: (device: string) => string;
  readonly events: string;
  readonly noEvent: string;
  readonly olderEvents: string;
  readonly by: (actor: string) => string;
  readonly statedReason: (reason: string) => string;
  readonly network: (ip: string) => string;
  readonly trace: string;
  readonly acts: string;
  readonly noAct: string;
  readonly onlyFull: string;
  readonly ownAccount: string;
  readonly act: Readonly<Record<ActName, ActText>>;
  /** In place of `reset-password`, if the service has no passwords. */
  readonly passkeyLink: ActText;
  readonly passkeyLinkBy: string;
  readonly resetBy: string;
  readonly resets: Readonly<Record<PasswordReset, string>>;
  readonly resetUrl: string;
  readonly rolesHelp: string;
  readonly emptyHelp: string;
}

export const userText = new FeatureText<UserTexts>({
  ar: () => import('./user/arabic'),
  de: () => import('./user/german'),
  en: () => import('./user/english'),
  es: () => import('./user/spanish'),
  fr: () => import('./user/french'),
});
