/** What a test can do with the authenticator of the browser. jsdom has none. */
export interface FakeAuthenticator {
  /** Responds to `navigator.credentials.get`. Without it, the request stays pending until it is aborted. */
  readonly get: ReturnType<typeof vi.fn<Get>>;
  readonly create: ReturnType<typeof vi.fn<() => Promise<unknown>>>;
  readonly unknown: ReturnType<typeof vi.fn>;
  readonly accepted: ReturnType<typeof vi.fn>;
}

type Get = (options: CredentialRequestOptions) => Promise<unknown>;

/** The options of the server, as they are sent. */
export const LOGIN_OPTIONS = {
  publicKey: { challenge: 'AQID', rpId: 'localhost', userVerification: 'required' },
  ceremony: 'ceremony-1',
};
export const REGISTRATION_OPTIONS = {
  publicKey: {
    challenge: 'AQID',
    rp: { id: 'localhost', name: 'Corp' },
    user: { id: 'AQ', name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  },
  ceremony: 'ceremony-2',
};
/** The responses of the authenticator, as JSON. */
export const ASSERTION = { id: 'key-1', rawId: 'key-1', type: 'public-key', response: {} };
export const ATTESTATION = { id: 'key-2', rawId: 'key-2', type: 'public-key', response: {} };

export const PASSKEY = {
  id: 'p1',
  name: 'Laptop',
  createdAt: '2026-11-01T10:00:00.000Z',
  lastUsedAt: '2026-11-20T10:00:00.000Z',
  synced: true,
  signsInAlone: true,
  transports: ['internal'],
  aaguid: null,
  credentialId: 'key-1',
};

/**
 * Gives jsdom an authenticator until the test ends. `autofill`: the browser offers passkeys in the list of a field. `platform`: the
 * device can create a passkey.
 */
export function fakeAuthenticator({ autofill = false, platform = false } = {}): FakeAuthenticator {
  const fake: FakeAuthenticator = {
    get: vi.fn<Get>((options) =>
      options.mediation === 'conditional' ? untilAborted(options.signal) : credential(ASSERTION),
    ),
    create: vi.fn<() => Promise<unknown>>(() => credential(ATTESTATION)),
    unknown: vi.fn(() => Promise.resolve()),
    accepted: vi.fn(() => Promise.resolve()),
  };
  vi.stubGlobal('PublicKeyCredential', {
    isConditionalMediationAvailable: () => Promise.resolve(autofill),
    isUserVerifyingPlatformAuthenticatorAvailable: () => Promise.resolve(platform),
    parseRequestOptionsFromJSON: (json: unknown) => json,
    parseCreationOptionsFromJSON: (json: unknown) => json,
    signalUnknownCredential: fake.unknown,
    signalAllAcceptedCredentials: fake.accepted,
  });
  Object.defineProperty(navigator, 'credentials', {
    configurable: true,
    value: { get: fake.get, create: fake.create },
  });
  return fake;
}

/** Takes the authenticator away again. */
export function removeAuthenticator(): void {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'credentials');
}

/** Resolves to a credential with this JSON. */
export function credential(json: object): Promise<unknown> {
  return Promise.resolve({ ...json, toJSON: () => json });
}

/** Rejects as a browser does. */
export function refusal(name: string): Promise<never> {
  return Promise.reject(new DOMException('refused', name));
}

/** Stays pending, as a request in the list of a field does. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
  );
}
