/* WebAuthn in the browser (W3C Web Authentication Level 3), without Angular. */
import {
  AuthenticationResponse,
  RegistrationResponse,
  assertionJson,
  creationOptionsFrom,
  registrationJson,
  requestOptionsFrom,
} from './webauthn-json';

/** Options of a ceremony, and its token for the response. */
export interface CeremonyOptions<T> {
  readonly publicKey: T;
  readonly ceremony: string;
}

export type LoginOptions = CeremonyOptions<PublicKeyCredentialRequestOptionsJSON>;
export type RegistrationOptions = CeremonyOptions<PublicKeyCredentialCreationOptionsJSON>;

/**
 * Why the browser returned no passkey. `cancelled`: the user cancelled, the time was over, or no passkey fits; browsers do not
 * distinguish them. `aborted`: this page has stopped the request.
 */
export type PasskeyFailureKind =
  'cancelled' | 'aborted' | 'registered' | 'wrongHost' | 'unsupported' | 'failed';

/** The browser returned no passkey. */
export class PasskeyFailure extends Error {
  constructor(
    readonly kind: PasskeyFailureKind,
    cause?: unknown,
  ) {
    super(`no passkey: ${kind}`, { cause });
  }
}

const KINDS: Readonly<Record<string, PasskeyFailureKind>> = {
  NotAllowedError: 'cancelled',
  TimeoutError: 'cancelled',
  AbortError: 'aborted',
  InvalidStateError: 'registered',
  SecurityError: 'wrongHost',
  NotSupportedError: 'unsupported',
  ConstraintError: 'unsupported',
};

/** Whether this browser can use passkeys. Browsers offer them on `https` pages and on `localhost` only. */
export function supportsPasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis && 'credentials' in navigator;
}

/** Whether this browser can offer passkeys in the list of a field (conditional mediation). */
export async function supportsAutofill(): Promise<boolean> {
  return ask('isConditionalMediationAvailable');
}

/** Whether this device itself can create a passkey: with fingerprint, face or screen lock. */
export async function hasPlatformAuthenticator(): Promise<boolean> {
  return ask('isUserVerifyingPlatformAuthenticatorAvailable');
}

type Question = 'isConditionalMediationAvailable' | 'isUserVerifyingPlatformAuthenticatorAvailable';

async function ask(question: Question): Promise<boolean> {
  if (!supportsPasskeys()) return false;
  try {
    // Older browsers do not have each of these functions.
    return (
      (await (PublicKeyCredential as Partial<typeof PublicKeyCredential>)[question]?.()) === true
    );
  } catch {
    return false;
  }
}

/**
 * Asks for a passkey. With `conditional`, the browser offers passkeys in the list of the user-name field, and the promise stays
 * pending until the user chooses one.
 */
export async function getPasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
  { signal, conditional = false }: { signal?: AbortSignal; conditional?: boolean } = {},
): Promise<AuthenticationResponse> {
  const credential = await request(() =>
    navigator.credentials.get({
      publicKey: requestOptionsFrom(options),
      ...(signal && { signal }),
      ...(conditional && { mediation: 'conditional' as const }),
    }),
  );
  return assertionJson(credential);
}

/** Creates a passkey. */
export async function createPasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
  signal?: AbortSignal,
): Promise<RegistrationResponse> {
  const credential = await request(() =>
    navigator.credentials.create({
      publicKey: creationOptionsFrom(options),
      ...(signal && { signal }),
    }),
  );
  return registrationJson(credential);
}

/** Runs a request to the browser. Rejects with a `PasskeyFailure`. */
async function request(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!supportsPasskeys()) throw new PasskeyFailure('unsupported');
  let credential: Credential | null;
  try {
    credential = await run();
  } catch (error) {
    const name = (error as { readonly name?: unknown } | null)?.name;
    throw new PasskeyFailure(KINDS[String(name)] ?? 'failed', error);
  }
  if (!credential) throw new PasskeyFailure('cancelled');
  return credential as PublicKeyCredential;
}

/** What newer browsers offer to keep the list of passkeys of a password manager correct. */
interface Signals {
  signalUnknownCredential?(options: { rpId: string; credentialId: string }): Promise<void>;
  signalAllAcceptedCredentials?(options: {
    rpId: string;
    userId: string;
    allAcceptedCredentialIds: readonly string[];
  }): Promise<void>;
}

/** Lets the password manager hide a passkey that the service does not know. */
export function signalUnknownPasskey(rpId: string | undefined, credentialId: string): void {
  if (rpId === undefined) return;
  void signal((signals) => signals.signalUnknownCredential?.({ rpId, credentialId }));
}

/** Lets the password manager hide the passkeys of a user that are not in this list. */
export function signalAcceptedPasskeys(
  rpId: string,
  userId: string,
  credentialIds: readonly string[],
): void {
  void signal((signals) =>
    signals.signalAllAcceptedCredentials?.({
      rpId,
      userId,
      allAcceptedCredentialIds: credentialIds,
    }),
  );
}

/** The signals only improve a list on the device: a browser that refuses one changes nothing here. */
async function signal(send: (signals: Signals) => Promise<void> | undefined): Promise<void> {
  try {
    if (supportsPasskeys()) await send(PublicKeyCredential);
  } catch {
    // The page of another host may not send signals for this one.
  }
}
