import { AdminRoutes } from './admin-api-map';
import { Deadlines, LinkedIdentity, SessionView, SignInMethod, User } from './api-types';
import { PageSettings } from './service-settings';

type NoMembers = Readonly<Record<string, never>>;
interface Message {
  readonly message: string;
}
interface Redirect {
  readonly redirect: string;
}
interface SessionBody {
  readonly session: SessionView;
}
interface RecoveryCodes {
  readonly recoveryCodes: readonly string[];
}
interface Token {
  readonly token: string;
}
interface Authenticator {
  readonly id: string;
  readonly name: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
}
/** Where codes by message go. */
interface MessageCodeTarget {
  /** The address or number, masked. */
  readonly to: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
  /** Whether the settings offer the channel: otherwise no code is sent. */
  readonly offered: boolean;
}
interface SentCode extends Pick<MessageCodeTarget, 'to'> {
  readonly expiresAt: string;
  /** From then on, another code can be sent. */
  readonly resendAt: string;
  /** The SMS gateway has not accepted the message yet. It is tried again while the code is valid. */
  readonly delayed: boolean;
}
interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** The devices of the owner share it. */
  readonly synced: boolean;
  /** It is a login without a password. */
  readonly signsInAlone: boolean;
  readonly transports: readonly string[];
  /** Model of the authenticator. */
  readonly aaguid: string | null;
  /** Credential ID, base64url. */
  readonly credentialId: string;
}
/** The members that both responses of an authenticator have (W3C Web Authentication). Binary values are base64url. */
interface AuthenticatorResponse<Response> {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: Response;
  readonly authenticatorAttachment?: string;
  readonly clientExtensionResults: object;
}
/** `AuthenticationResponseJSON`. TypeScript has this type from version 6 on, and Angular 20 and 21 use earlier ones. */
type AuthenticationResponse = AuthenticatorResponse<{
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle?: string;
}>;
/** `RegistrationResponseJSON`, without the members that the service computes. */
type RegistrationResponse = AuthenticatorResponse<{
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
}>;
/** A response of an authenticator, and the token of the ceremony that it answers. */
interface PasskeyProof {
  readonly ceremony: string;
  readonly credential: AuthenticationResponse;
}
interface CeremonyOptions<T> {
  readonly publicKey: T;
  readonly ceremony: string;
}
interface Device {
  readonly id: string;
  readonly current: boolean;
  readonly userAgent: string | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly trustedUntil: string | null;
}
interface AccountSession {
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
interface AccountEvent {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: unknown;
}
interface AccountIdentity extends LinkedIdentity {
  readonly id: string;
}
interface Provider {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly available: boolean;
}

/** What the service received, and what is wrong with it. */
interface DoctorAnswer {
  readonly nonce: string | null;
  readonly proof: string | null;
  readonly cookieSet: string;
  readonly cookieReceived: string | null;
  readonly origins: readonly string[];
  readonly publicUrl: string;
  readonly received: {
    readonly peer: string | null;
    readonly trusted: boolean;
    readonly host: string | null;
    readonly hasPrefix: boolean;
    readonly addressHeader: string | null;
    readonly forwardedProto: string | null;
    readonly forwardedHost: string | null;
  };
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly subject: string;
    readonly problem: string;
    readonly why: string;
    readonly fix: string;
  }[];
}

/**
 * Body of the request and of the successful response of each route. A route without a body in the request has `null`
 * there. A navigation of the browser has the response `null`: the service redirects. Errors have the body `Problem`.
 *
 * @example
 * ```ts
 * type LoginRoute = VestibuleApi['POST /api/auth/login'];
 * const body: LoginRoute['request'] = { username, password };
 * const { session: view } = await firstValueFrom(
 *   http.post<LoginRoute['response']>('/api/auth/login', body),
 * );
 * ```
 */
export interface VestibuleApi extends AdminRoutes {
  'POST /api/auth/login': {
    request: { readonly username: string; readonly password: string; readonly remember?: boolean };
    response: SessionBody & {
      readonly needMfa: boolean;
      readonly needEnrolment: boolean;
      readonly needPasswordChange: boolean;
      readonly methods: readonly string[];
    };
  };
  /** Options for `navigator.credentials.get`. They name no passkey. */
  'POST /api/auth/passkey/options': {
    request: NoMembers;
    response: CeremonyOptions<PublicKeyCredentialRequestOptionsJSON>;
  };
  /** A login without a user name and a password. */
  'POST /api/auth/passkey/login': {
    request: PasskeyProof & { readonly remember?: boolean };
    response: SessionBody & { readonly needEnrolment: boolean };
  };
  /** Responds in the same way whether or not an account has the address. */
  'POST /api/auth/password/forgot': {
    request: { readonly email: string };
    response: NoMembers;
  };
  'POST /api/auth/password/reset': {
    request: Token & { readonly newPassword: string };
    response: NoMembers;
  };
  /** Options for `navigator.credentials.create`. For a service without passwords, with the token of a link. */
  'POST /api/auth/password/reset/passkey/options': {
    request: Token;
    response: CeremonyOptions<PublicKeyCredentialCreationOptionsJSON>;
  };
  'POST /api/auth/password/reset/passkey': {
    request: Token & {
      readonly ceremony: string;
      readonly credential: RegistrationResponse;
      readonly name?: string;
    };
    response: NoMembers;
  };
  /** `token` is the one of a reset link. A session needs none. */
  'POST /api/auth/password/strength': {
    request: { readonly password: string; readonly token?: string };
    response: {
      readonly score: number;
      readonly accepted: boolean;
      readonly code: string | null;
      readonly warning: string | null;
      readonly suggestions: readonly string[];
    };
  };
  'POST /api/auth/email/confirm': { request: Token; response: NoMembers };
  'POST /api/auth/email/cancel': { request: Token; response: NoMembers };
  'POST /api/auth/logout': {
    request: { readonly returnTo?: string | null };
    response: Message & { readonly redirect: string | null };
  };
  'GET /api/auth/logout/continue': { request: null; response: null };
  'GET /api/auth/session': { request: null; response: SessionView };
  'POST /api/auth/keep-alive': { request: NoMembers; response: Deadlines };
  'GET /api/auth/me': { request: null; response: User };
  /** A stream of server-sent events: `session-extended` and `session-ended`. */
  'GET /api/auth/events': { request: null; response: string };
  'GET /api/auth/verify': {
    request: null;
    response: SessionBody & { readonly user: Omit<User, 'session'> };
  };
  'GET /api/auth/csrf-token': { request: null; response: { readonly csrfToken: string } };
  'GET /api/auth/providers': {
    request: null;
    response: Omit<PageSettings, 'origins'> & {
      readonly providers: readonly (Provider & { readonly loginUrl: string })[];
    };
  };
  'GET /api/auth/login/{provider}': { request: null; response: null };
  'GET /api/auth/callback/{provider}': { request: null; response: null };
  'POST /api/auth/callback/{provider}': { request: string; response: null };
  'POST /api/auth/backchannel-logout/{provider}': { request: string; response: null };
  'GET /api/auth/link': {
    request: null;
    response: {
      readonly provider: string;
      readonly label: string;
      readonly email: string | null;
      readonly expiresAt: string;
      readonly trace: string | null;
    };
  };
  'POST /api/auth/link': {
    request: NoMembers;
    response: { readonly identity: AccountIdentity };
  };
  'DELETE /api/auth/link': { request: null; response: NoMembers };
  'POST /api/auth/reauthenticate': {
    request: {
      readonly password?: string;
      readonly code?: string;
      readonly passkey?: PasskeyProof;
    };
    response: SessionBody;
  };
  'POST /api/auth/reauthenticate/{provider}': {
    request: { readonly returnTo?: string };
    response: Redirect;
  };
  'POST /api/mfa/setup': {
    request: { readonly name?: string };
    response: {
      readonly qr: string;
      readonly otpauthUri: string;
      readonly secret: string;
      readonly expiresAt: string;
    };
  };
  'POST /api/mfa/verify': {
    request: { readonly code: string; readonly trustDevice?: boolean };
    /** `recoveryCodes`: at the first confirmed factor only. */
    response: Message &
      SessionBody &
      Partial<RecoveryCodes> & {
        readonly mfaEnabled: boolean;
        readonly needPasswordChange: boolean;
      };
  };
  /** Sends a code for the second factor, or for the re-authentication. */
  'POST /api/mfa/message/send': {
    request: { readonly channel: 'email' | 'sms' };
    response: SentCode;
  };
  /** Options for `navigator.credentials.get` with the passkeys of the user: for a second factor, or a re-authentication. */
  'POST /api/mfa/passkey/options': {
    request: NoMembers;
    response: CeremonyOptions<PublicKeyCredentialRequestOptionsJSON>;
  };
  'POST /api/mfa/passkey/verify': {
    request: PasskeyProof & { readonly trustDevice?: boolean };
    response: Message &
      SessionBody & { readonly mfaEnabled: boolean; readonly needPasswordChange: boolean };
  };
  'GET /api/account': { request: null; response: User };
  'PATCH /api/account': {
    request: { readonly displayName?: string | null; readonly locale?: string | null };
    response: User;
  };
  'GET /api/account/identities': {
    request: null;
    response: { readonly identities: readonly AccountIdentity[] };
  };
  /** `name` is the name of a provider. */
  'POST /api/account/identities/{name}': {
    request: { readonly returnTo?: string };
    response: Redirect;
  };
  /** `name` is the ID of an identity. */
  'DELETE /api/account/identities/{name}': { request: null; response: NoMembers };
  /** While the sign-in awaits the change, `currentPassword` is not needed. */
  'POST /api/account/password': {
    request: { readonly currentPassword?: string; readonly newPassword: string };
    response: SessionBody;
  };
  'GET /api/account/factors': {
    request: null;
    response: {
      readonly totp: readonly Authenticator[];
      readonly passkeys: readonly Passkey[];
      readonly emailCodes: MessageCodeTarget | null;
      readonly smsCodes: MessageCodeTarget | null;
      readonly recoveryCodesLeft: number;
      readonly recoveryCodesAt: string | null;
    };
  };
  'PATCH /api/account/factors/{id}': {
    request: { readonly name: string };
    response: Authenticator | Passkey;
  };
  'DELETE /api/account/factors/{id}': { request: null; response: NoMembers };
  /** Sends a code to the address of the account, or to the number (E.164). */
  'POST /api/account/message-codes': {
    request: { readonly channel: 'email' | 'sms'; readonly number?: string };
    response: SentCode;
  };
  'POST /api/account/message-codes/confirm': {
    request: { readonly code: string };
    /** `recoveryCodes`: at the first confirmed factor only. */
    response: SessionBody & Partial<RecoveryCodes> & { readonly needPasswordChange: boolean };
  };
  'DELETE /api/account/message-codes/{channel}': { request: null; response: NoMembers };
  /** Options for `navigator.credentials.create`. */
  'POST /api/account/passkeys/options': {
    request: NoMembers;
    response: CeremonyOptions<PublicKeyCredentialCreationOptionsJSON>;
  };
  'POST /api/account/passkeys': {
    request: {
      readonly ceremony: string;
      readonly credential: RegistrationResponse;
      readonly name?: string;
    };
    /** `recoveryCodes`: with the first second factor only. */
    response: SessionBody &
      Partial<RecoveryCodes> & {
        readonly passkey: Passkey;
        readonly needPasswordChange: boolean;
      };
  };
  'POST /api/account/recovery-codes': { request: NoMembers; response: RecoveryCodes };
  'GET /api/account/devices': {
    request: null;
    response: { readonly devices: readonly Device[]; readonly trustDays: number | null };
  };
  'DELETE /api/account/devices/{id}': { request: null; response: NoMembers };
  'GET /api/account/sessions': {
    request: null;
    response: { readonly sessions: readonly AccountSession[] };
  };
  'DELETE /api/account/sessions/{id}': { request: null; response: { readonly ended: number } };
  /** Ends all other sessions. */
  'DELETE /api/account/sessions': { request: null; response: { readonly ended: number } };
  'GET /api/account/events': {
    request: null;
    response: { readonly items: readonly AccountEvent[]; readonly nextCursor: string | null };
  };
  /** `confirmation` is the user name, or the address if there is none. */
  'DELETE /api/account': {
    request: { readonly confirmation: string };
    response: { readonly deletionAt: string };
  };
  'POST /api/account/keep': { request: NoMembers; response: NoMembers };
  'GET /api/account/export': { request: null; response: unknown };
  'POST /api/account/email': { request: { readonly email: string }; response: NoMembers };
  /** Cancels a change that is not confirmed yet. */
  'DELETE /api/account/email': { request: null; response: NoMembers };
  'POST /api/account/email/verify': { request: NoMembers; response: NoMembers };
  /** `token` is the one of a notice. A session needs none. */
  'POST /api/account/not-me': { request: Partial<Token>; response: NoMembers };
  /** What the service received of a request of an administrator's browser. Sets a test cookie. */
  'GET /api/admin/doctor/request': {
    request: null;
    response: DoctorAnswer;
  };
  'POST /api/admin/doctor/request': {
    request: NoMembers;
    response: DoctorAnswer;
  };
  /** Five events of a stream, to see whether a proxy holds them. */
  'GET /api/admin/doctor/stream': {
    request: null;
    response: null;
  };
  'GET /api/admin/events': {
    request: null;
    response: {
      readonly items: readonly {
        readonly id: string;
        readonly at: string;
        readonly type: string;
        readonly userId: string | null;
        readonly actor: string | null;
        readonly ip: string | null;
        readonly userAgent: string | null;
        readonly requestId: string | null;
        readonly outcome: string;
        readonly reason: string | null;
        readonly statedReason: string | null;
        readonly amr: readonly string[];
        /** JSON, or a text. */
        readonly details: string | null;
      }[];
      readonly nextCursor: string | null;
    };
  };
  /** Mails that wait (`state` is `queued`) or that were given up (`failed`), without their content. */
  'GET /api/admin/mail': {
    request: null;
    response: {
      readonly items: readonly {
        readonly id: string;
        readonly to: string;
        readonly template: string;
        readonly state: string;
        readonly createdAt: string;
        readonly attempts: number;
        readonly nextAttemptAt: string | null;
        readonly failedAt: string | null;
        readonly reason: string | null;
        readonly reply: string | null;
      }[];
      readonly nextCursor: string | null;
    };
  };
  /** What an administrator should look at, from the audit events of some hours (`?hours=24`, at most 720). */
  'GET /api/admin/summary': {
    request: null;
    response: {
      readonly since: string;
      readonly until: string;
      readonly events: number;
      /** What was not read, in English. Empty: the summary is complete. */
      readonly incomplete: readonly string[];
      /** The same as values, for a text in another language. A newer server has more kinds. */
      readonly leftOut: readonly (
        | { readonly kind: 'events'; readonly read: number; readonly since: string | null }
        | { readonly kind: 'users'; readonly checked: number; readonly of: number }
        | {
            readonly kind: 'findings';
            readonly code: string;
            readonly listed: number;
            readonly of: number;
          }
      )[];
      readonly findings: readonly {
        readonly code: string;
        /** In English. */
        readonly text: string;
        /** The values of the text, for a text in another language. A newer server has more kinds. */
        readonly details:
          | { readonly kind: 'count'; readonly count: number }
          | {
              readonly kind: 'network';
              readonly network: string;
              readonly failures: number;
              readonly accounts: number;
              readonly signedIn: number;
            }
          | {
              readonly kind: 'passwords';
              readonly wrong: number;
              readonly correct: number;
              readonly networks: number;
            }
          | {
              readonly kind: 'account';
              readonly userId: string;
              readonly failures: number;
              readonly networks: number;
            }
          | {
              readonly kind: 'provider';
              readonly provider: string;
              readonly refused: number;
              readonly accepted: number;
              readonly reason: string;
            }
          | {
              readonly kind: 'administrator';
              readonly userId: string;
              readonly at: string;
              readonly by: string | null;
            };
        readonly next: string;
      }[];
      readonly logins: readonly {
        readonly method: string;
        readonly outcome: string;
        readonly reason: string | null;
        readonly count: number;
      }[];
      readonly providers: readonly {
        readonly provider: string;
        readonly accepted: number;
        readonly refused: number;
        readonly reasons: readonly { readonly reason: string; readonly count: number }[];
      }[];
      readonly accounts: readonly {
        readonly userId: string;
        readonly failures: number;
        readonly networks: number;
      }[];
      readonly networks: readonly {
        readonly network: string;
        readonly failures: number;
        readonly accounts: number;
        readonly signedIn: number;
      }[];
      readonly replayedCodes: number;
      readonly locks: number;
      readonly reports: number;
      readonly recoveryCodesUsed: number;
      readonly roleChanges: number;
      readonly administrators: readonly {
        readonly userId: string;
        readonly at: string;
        readonly by: string | null;
        readonly trace: string;
      }[];
      readonly chain: {
        readonly valid: number;
        readonly altered: number;
        readonly keyMissing: number;
        readonly withoutChain: number;
        readonly reported: number;
      };
    };
  };
  'GET /api/admin/providers': {
    request: null;
    response: {
      readonly items: readonly (Provider & {
        readonly issuer: string;
        readonly redirectUri: string;
        readonly problem: string | null;
        readonly settings: readonly {
          readonly name: string;
          readonly value: string;
          readonly isSecret: boolean;
          readonly origin: string;
        }[];
      })[];
    };
  };
  /** Redirects to the page on which a user changes the password. */
  'GET /.well-known/change-password': { request: null; response: null };
  /** The pages on which a user adds and removes passkeys, for password managers. */
  'GET /.well-known/passkey-endpoints': {
    request: null;
    response: Readonly<Record<string, string>>;
  };
  /** The origins whose pages can use the passkeys of the service (related origins). */
  'GET /.well-known/webauthn': {
    request: null;
    response: { readonly origins: readonly string[] };
  };
  'GET /.well-known/jwks.json': {
    request: null;
    response: { readonly keys: readonly JsonWebKey[] };
  };
  /** The description of all operations (OpenAPI 3.1). */
  'GET /api/openapi.json': { request: null; response: Readonly<Record<string, unknown>> };
  /** A page that shows the description. */
  'GET /api/docs': { request: null; response: string };
  'GET /healthz': { request: null; response: { readonly status: 'ok' } };
  'GET /readyz': {
    request: null;
    response: { readonly status: 'ready'; readonly checks: { readonly store: 'ok' } };
  };
}
