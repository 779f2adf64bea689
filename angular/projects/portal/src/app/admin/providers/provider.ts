/** A provider of `GET /api/admin/providers`. */
export interface AdminProvider {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly available: boolean;
  readonly problem: string | null;
  readonly settings: readonly Setting[];
}

/** An effective setting. A secret has no value, or a masked one. */
export interface Setting {
  readonly name: string;
  readonly value: string | null;
  readonly isSecret: boolean;
  readonly origin: string;
}

/** The result of one check of a provider or of a test login. */
export interface Check {
  readonly name: string;
  readonly outcome: string;
  readonly text: string;
  /** What to change. */
  readonly nextStep?: string | null;
  readonly millis?: number;
}

/** `GET /api/admin/providers/{name}/test-login/{id}` */
export interface TestLogin {
  readonly state: 'waiting' | 'done' | 'failed';
  readonly problem: {
    readonly code: string;
    readonly text: string;
    readonly nextStep: string;
  } | null;
  readonly checks: readonly Check[];
  readonly idToken: { readonly header: Claims; readonly claims: Claims } | null;
  readonly userinfo: Claims | null;
  /** As the answer of `POST /api/admin/explain`, without the claims. */
  readonly explanation: unknown;
}

/** Members of a document of the provider. */
export type Claims = Readonly<Record<string, unknown>>;
