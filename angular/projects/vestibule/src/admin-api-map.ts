import { SignInMethod } from './api-types';

/** Each act states a reason, which the audit event keeps. */
interface Stated {
  readonly reason: string;
}
/** With `dryRun` nothing is written. */
interface Previewed extends Stated {
  readonly dryRun?: boolean;
}
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

type UserStatus = 'active' | 'disabled' | 'quarantined';

interface UserItem {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string | null;
  readonly picture: string | null;
  readonly locale: string | null;
  readonly roles: readonly string[];
  readonly assignedRoles: readonly string[];
  readonly status: UserStatus;
  readonly mfaEnabled: boolean;
  readonly authProvider: string;
  readonly providers: readonly string[];
  readonly factors: readonly string[];
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly lockedUntil: string | null;
  readonly deletionAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLoginAt: string | null;
  readonly revision: number;
}

/** Where codes by message go: the address or number is masked. */
interface MessageCodes {
  readonly to: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
}

interface UserDetail extends UserItem {
  readonly identities: readonly {
    readonly id: string;
    readonly provider: string;
    readonly label: string;
    readonly issuer: string;
    readonly subject: string;
    readonly email: string | null;
    readonly roles: readonly string[];
    readonly linkedAt: string;
    readonly lastLoginAt: string | null;
  }[];
  readonly unlinkedIdentities: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly unlinkedAt: string;
  }[];
  readonly totp: readonly {
    readonly id: string;
    readonly name: string;
    readonly confirmedAt: string;
    readonly lastUsedAt: string | null;
  }[];
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdAt: string;
    readonly lastUsedAt: string | null;
    readonly synced: boolean;
    readonly signsInAlone: boolean;
    readonly transports: readonly string[];
    readonly aaguid: string | null;
    readonly credentialId: string;
  }[];
  readonly emailCodes: MessageCodes | null;
  readonly smsCodes: MessageCodes | null;
  readonly recoveryCodesLeft: number;
  readonly passwordChangedAt: string | null;
  readonly locks: readonly {
    readonly guess: string;
    readonly failures: number;
    readonly until: string;
    readonly ofKnownDevice: boolean;
  }[];
  /** `local`, or `provider:NAME`. */
  readonly fieldSources: Readonly<
    Record<'displayName' | 'email' | 'picture' | 'locale', string | null>
  >;
  readonly createdBy: 'administrator' | 'provider' | 'user';
  /** The users that were merged into this one. */
  readonly formerIds: readonly string[];
  readonly canSignIn: { readonly ok: boolean; readonly why: string | null };
}

/** The user after a merge. */
type MergedUser = Omit<UserItem, 'lockedUntil'> & { readonly formerIds: readonly string[] };
type Party = Pick<UserItem, 'id' | 'username' | 'email'>;

interface UndoneMerge {
  readonly from: MergedUser;
  readonly into: MergedUser;
  readonly changes: readonly {
    readonly field: string;
    readonly from: unknown;
    readonly into: unknown;
    readonly result: unknown;
    readonly rule: string;
  }[];
}

interface UserSession {
  readonly id: string;
  readonly current: boolean;
  readonly method: SignInMethod;
  readonly amr: readonly string[];
  readonly provider: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
  readonly deviceId: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  readonly endsAt: string;
}

interface Delivery {
  readonly id: string;
  readonly webhook: string;
  readonly eventId: string;
  readonly type: string;
  readonly userId: string | null;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly failedAt: string | null;
}

interface Logins {
  readonly success: number;
  readonly failure: number;
}

/** An act that needs only a reason, and responds with the user after it. */
interface PlainAct {
  request: Stated;
  response: UserItem;
}

/** Routes of administrators about users, merges, webhooks and settings. */
export interface AdminRoutes {
  'GET /api/admin/users': {
    request: null;
    response: Page<UserItem> & { readonly total: number | null };
  };
  'POST /api/admin/users': {
    request: Stated & {
      readonly username: string;
      readonly email?: string;
      readonly emailVerified?: boolean;
      readonly displayName?: string;
      readonly roles?: readonly string[];
      readonly access: 'invite-mail' | 'invite-link' | 'generated-password' | 'none';
    };
    /** The link and the password are shown once. */
    response: UserItem & {
      readonly inviteUrl: string | null;
      readonly generatedPassword: string | null;
    };
  };
  'GET /api/admin/users/{id}': { request: null; response: UserDetail };
  /** A member that is left out stays as it is. */
  'PATCH /api/admin/users/{id}': {
    request: Stated & {
      readonly username?: string;
      readonly email?: string | null;
      readonly emailVerified?: boolean;
      readonly displayName?: string | null;
      readonly locale?: string | null;
      readonly roles?: readonly string[];
      readonly mustChangePassword?: boolean;
    };
    response: UserItem;
  };
  'DELETE /api/admin/users/{id}': { request: Stated; response: Readonly<Record<string, never>> };
  'POST /api/admin/users/{id}/disable': PlainAct;
  'POST /api/admin/users/{id}/enable': PlainAct;
  'POST /api/admin/users/{id}/unlock': PlainAct;
  'POST /api/admin/users/{id}/reset-mfa': PlainAct;
  'POST /api/admin/users/{id}/end-sessions': PlainAct;
  'POST /api/admin/users/{id}/reset-password': {
    request: Stated & { readonly by: 'mail' | 'link' | 'remove' };
    response: UserItem & { readonly resetUrl: string | null };
  };
  'DELETE /api/admin/users/{id}/identities/{identity}': PlainAct;
  'POST /api/admin/users/{id}/identities/relink': {
    request: Previewed & { readonly provider: string; readonly subject: string };
    response: MergedUser;
  };
  'GET /api/admin/users/{id}/sessions': {
    request: null;
    response: { readonly sessions: readonly UserSession[] };
  };
  'DELETE /api/admin/users/{id}/sessions/{session}': {
    request: Stated;
    response: { readonly ended: number };
  };
  'GET /api/admin/sessions': {
    request: null;
    response: Page<
      UserSession & { readonly user: Party & { readonly displayName: string | null } }
    >;
  };
  /** The user `id` ends. */
  'POST /api/admin/users/{id}/merge': {
    request: Previewed & {
      readonly into: string;
      readonly withRoles?: boolean;
      readonly withFactors?: boolean;
    };
    response: UndoneMerge & { readonly merge: string | null; readonly undoUntil: string };
  };
  'GET /api/admin/merges': {
    request: null;
    response: Page<{
      readonly id: string;
      readonly at: string;
      readonly actor: string | null;
      readonly reason: string | null;
      readonly from: Party;
      readonly into: Party;
      readonly undoUntil: string;
      readonly undoneAt: string | null;
    }>;
  };
  'POST /api/admin/merges/{id}/undo': { request: Previewed; response: UndoneMerge };
  'POST /api/admin/providers/move-issuer': {
    request: Previewed & { readonly old: string; readonly new: string };
    /** `complete` is `false` if the time ended: send the request again. */
    response: {
      readonly users: number;
      readonly moved: number;
      readonly conflicts: readonly {
        readonly user: string;
        readonly subject: string;
        readonly other: string;
      }[];
      readonly complete: boolean;
      readonly unreadable: number;
    };
  };
  'POST /api/admin/providers/{name}/test': {
    request: Readonly<Record<string, never>>;
    response: {
      readonly checks: readonly {
        readonly name: string;
        readonly outcome: 'ok' | 'warning' | 'failed';
        readonly text: string;
        readonly nextStep: string | null;
        readonly millis: number;
      }[];
    };
  };
  /** Starts a login at the provider that opens no session and changes no user. `url` is for a new tab. */
  'POST /api/admin/providers/{name}/test-login': {
    request: Readonly<Record<string, never>>;
    response: { readonly id: string; readonly url: string; readonly expiresAt: string };
  };
  /** The result, for the session that started the test, until `expiresAt`. */
  'GET /api/admin/providers/{name}/test-login/{id}': {
    request: null;
    response: {
      readonly state: 'waiting' | 'done' | 'failed';
      readonly problem: {
        readonly code: string;
        readonly text: string;
        readonly nextStep: string;
      } | null;
      readonly checks: readonly {
        readonly name: string;
        readonly outcome: 'ok' | 'warning' | 'failed';
        readonly text: string;
        readonly nextStep: string | null;
      }[];
      /** Claims of the ID token and of userinfo, as the decision reads them. */
      readonly claims: Readonly<Record<string, unknown>> | null;
      readonly idToken: {
        readonly header: {
          readonly alg: string;
          readonly kid: string | null;
          readonly typ: string | null;
        };
        readonly claims: Readonly<Record<string, unknown>>;
      } | null;
      readonly userinfo: Readonly<Record<string, unknown>> | null;
      readonly decision: {
        readonly outcome: string;
        readonly reasons: readonly string[];
        readonly user: { readonly id: string; readonly username: string | null } | null;
      } | null;
      /** As the answer of `POST /api/admin/explain`, without the claims. */
      readonly explanation: Readonly<Record<string, unknown>> | null;
    };
  };
  /** The decision about these claims, as `vestibule explain --json` prints it. */
  'POST /api/admin/explain': {
    request: {
      readonly provider: string;
      readonly claims: Readonly<Record<string, unknown>>;
      readonly signedInAs?: string;
    };
    response: Readonly<Record<string, unknown>>;
  };
  'GET /api/admin/overview': {
    request: null;
    response: {
      readonly since: string;
      readonly until: string;
      readonly users: {
        readonly total: number;
        readonly active: number;
        readonly disabled: number;
        readonly quarantined: number;
        readonly withMfa: number;
        readonly withPassword: number;
        readonly federated: number;
      };
      /** Users with each kind of second factor. */
      readonly mfaKinds: {
        readonly passkey: number;
        readonly totp: number;
        readonly sms: number;
        readonly email: number;
        readonly recovery: number;
      };
      readonly sessions: { readonly active: number };
      readonly locks: number;
      readonly logins: readonly (Logins & { readonly day: string })[];
      readonly loginsByMethod: readonly (Logins & { readonly method: string })[];
      readonly newUsers: readonly { readonly day: string; readonly count: number }[];
      readonly complete: boolean;
      /** What was not counted, in English. Empty: the figures are complete. */
      readonly incomplete: readonly string[];
      /** The same as values, for a text in another language. A newer server has more kinds. */
      readonly leftOut: readonly (
        | { readonly kind: 'users'; readonly counted: number }
        | { readonly kind: 'sessions' | 'counters'; readonly read: number }
        | { readonly kind: 'logins'; readonly since: string }
      )[];
    };
  };
  /** A CSV file of one chart. */
  'GET /api/admin/overview/export': { request: null; response: string };
  /** A file: CSV, or one JSON object on each line. */
  'GET /api/admin/events/export': { request: null; response: string };
  /** A stream of server-sent events: `audit`. */
  'GET /api/admin/events/stream': { request: null; response: string };
  'GET /api/admin/settings': {
    request: null;
    response: {
      readonly items: readonly {
        readonly name: string;
        readonly value: string;
        readonly isSecret: boolean;
        readonly origin: string;
        readonly overrides?: string;
      }[];
    };
  };
  'GET /api/admin/webhooks': {
    request: null;
    response: {
      readonly items: readonly {
        readonly name: string;
        readonly url: string;
        readonly events: readonly string[];
        readonly startedAt: string | null;
        readonly pending: number;
        readonly failed: number;
        readonly lastDeliveredAt: string | null;
        readonly lastError: string | null;
      }[];
    };
  };
  'GET /api/admin/webhooks/deliveries': { request: null; response: Page<Delivery> };
  'POST /api/admin/webhooks/deliveries/{id}/replay': {
    request: Stated;
    response: { readonly delivery: Delivery };
  };
  /** Sends a test message. `error` is `null` if the receiver accepted it. */
  'POST /api/admin/webhooks/{name}/test': {
    request: Stated;
    response: {
      readonly status: number | null;
      readonly millis: number;
      readonly error: string | null;
    };
  };
}
