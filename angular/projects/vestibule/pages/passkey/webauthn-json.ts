/* Options and responses of WebAuthn as JSON. Browsers before 2025 do not convert them. */
import type { VestibuleApi } from '@vestibule/angular';
import { base64url, bytesOf } from './base64url';

/** The response of `navigator.credentials.get`. */
export type AuthenticationResponse =
  VestibuleApi['POST /api/auth/passkey/login']['request']['credential'];
/** The response of `navigator.credentials.create`. */
export type RegistrationResponse =
  VestibuleApi['POST /api/account/passkeys']['request']['credential'];

type Converter = Partial<
  Pick<typeof PublicKeyCredential, 'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON'>
>;

/** Returns the options for `navigator.credentials.get`. */
export function requestOptionsFrom(
  json: PublicKeyCredentialRequestOptionsJSON,
): PublicKeyCredentialRequestOptions {
  const options = withoutNull(json);
  const converter: Converter = PublicKeyCredential;
  if (converter.parseRequestOptionsFromJSON) return converter.parseRequestOptionsFromJSON(options);
  const { challenge, allowCredentials = [], extensions, ...others } = options;
  return {
    ...(others as PublicKeyCredentialRequestOptions),
    ...(extensions && { extensions: extensions as AuthenticationExtensionsClientInputs }),
    challenge: bytesOf(challenge),
    allowCredentials: allowCredentials.map(descriptorFrom),
  };
}

/** Returns the options for `navigator.credentials.create`. */
export function creationOptionsFrom(
  json: PublicKeyCredentialCreationOptionsJSON,
): PublicKeyCredentialCreationOptions {
  const options = withoutNull(json);
  const converter: Converter = PublicKeyCredential;
  if (converter.parseCreationOptionsFromJSON) {
    return converter.parseCreationOptionsFromJSON(options);
  }
  const { challenge, user, excludeCredentials = [], extensions, ...others } = options;
  return {
    ...(others as PublicKeyCredentialCreationOptions),
    ...(extensions && { extensions: extensions as AuthenticationExtensionsClientInputs }),
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: excludeCredentials.map(descriptorFrom),
  };
}

/** Returns the response of `navigator.credentials.get`. */
export function assertionJson(credential: PublicKeyCredential): AuthenticationResponse {
  const converted = convert(credential);
  if (converted) return converted as AuthenticationResponse;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...commonOf(credential),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
      ...(response.userHandle && { userHandle: base64url(response.userHandle) }),
    },
  };
}

/** Returns the response of `navigator.credentials.create`. */
export function registrationJson(credential: PublicKeyCredential): RegistrationResponse {
  const converted = convert(credential);
  if (converted) return converted as RegistrationResponse;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...commonOf(credential),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      attestationObject: base64url(response.attestationObject),
      transports: 'getTransports' in response ? response.getTransports() : [],
    },
  };
}

/** Some password managers replace the credential by an object whose `toJSON` is missing or throws. */
function convert(credential: PublicKeyCredential): unknown {
  try {
    return 'toJSON' in credential ? credential.toJSON() : null;
  } catch {
    return null;
  }
}

function commonOf(credential: PublicKeyCredential) {
  return {
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment && {
      authenticatorAttachment: credential.authenticatorAttachment,
    }),
  };
}

function descriptorFrom({
  id,
  transports,
}: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  return {
    id: bytesOf(id),
    type: 'public-key',
    ...(transports && { transports: transports as AuthenticatorTransport[] }),
  };
}

/** Browsers refuse a member that is `null`, and accept one that is missing. */
function withoutNull<T>(options: T): T {
  return JSON.parse(
    JSON.stringify(options, (_key, value: unknown) => (value === null ? undefined : value)),
  ) as T;
}
