import type { FactorName, UserStatus } from '../api/users';
import { FeatureText } from './feature-text';

export type Order = 'username' | 'email' | 'createdAt' | 'lastLoginAt';

/** Texts of the list of users. */
export interface UsersTexts {
  readonly title: string;
  readonly create: string;
  readonly search: string;
  readonly status: string;
  readonly statuses: Readonly<Record<UserStatus, string>>;
  readonly provider: string;
  readonly role: string;
  readonly secondFactor: string;
  readonly locked: string;
  readonly order: string;
  /** Ascending, then descending. */
  readonly orders: Readonly<Record<Order, readonly [string, string]>>;
  readonly count: (count: number) => string;
  /** The service did not count the users. */
  readonly countOfPage: (count: number) => string;
  readonly noUsers: string;
  readonly caption: string;
  readonly user: string;
  readonly methods: string;
  readonly password: string;
  readonly roles: string;
  readonly lastLogin: string;
  readonly lockedUntil: (time: string) => string;
  readonly deletedAt: (time: string) => string;
  readonly secondFactorOn: string;
  readonly secondFactorOff: string;
  /** The kinds of second factors. */
  readonly factors: Readonly<Record<FactorName, string>>;
}

export const usersText = new FeatureText<UsersTexts>({
  ar: () => import('./users/arabic'),
  de: () => import('./users/german'),
  en: () => import('./users/english'),
  es: () => import('./users/spanish'),
  fr: () => import('./users/french'),
});
