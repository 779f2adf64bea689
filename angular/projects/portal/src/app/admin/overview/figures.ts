import type { VestibuleApi } from '@vestibule/angular';

export type FactorKind = 'passkey' | 'totp' | 'sms' | 'email' | 'recovery';

/** `GET /api/admin/overview` */
export interface Figures {
  readonly since: string;
  readonly until: string;
  readonly users: Readonly<
    Record<
      'total' | 'active' | 'disabled' | 'quarantined' | 'withMfa' | 'withPassword' | 'federated',
      number
    >
  >;
  /** Users with each kind of second factor. A user can have several. */
  readonly mfaKinds: Readonly<Record<FactorKind, number>>;
  readonly sessions: { readonly active: number };
  readonly locks: number;
  readonly logins: readonly {
    readonly day: string;
    readonly success: number;
    readonly failure: number;
  }[];
  readonly loginsByMethod: readonly {
    readonly method: string;
    readonly success: number;
    readonly failure: number;
  }[];
  readonly newUsers: readonly { readonly day: string; readonly count: number }[];
  /** What was not counted, in English. */
  readonly incomplete: readonly string[];
  /** The same as values. A newer server has more kinds. */
  readonly leftOut: readonly Uncounted[];
}

/** Something that the figures leave out. */
export type Uncounted = VestibuleApi['GET /api/admin/overview']['response']['leftOut'][number];

/** `GET /api/admin/summary` */
export type Summary = VestibuleApi['GET /api/admin/summary']['response'];
/** A newer server has more codes and kinds. */
export type Finding = Summary['findings'][number];
export type LeftOut = Summary['leftOut'][number];
