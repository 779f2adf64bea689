import { credential, fakeAuthenticator, refusal, removeAuthenticator } from '../../spec/passkeys';
import {
  createPasskey,
  getPasskey,
  hasPlatformAuthenticator,
  signalUnknownPasskey,
  supportsAutofill,
  supportsPasskeys,
} from './webauthn';

const bytes = (...all: number[]) => Uint8Array.from(all).buffer;
const REQUEST = {
  challenge: '-_8',
  rpId: 'corp.example',
  timeout: null,
  allowCredentials: [{ type: 'public-key', id: 'AQID', transports: ['usb'] }],
} as unknown as PublicKeyCredentialRequestOptionsJSON;
const CREATION = {
  challenge: '-_8=',
  rp: { id: 'corp.example', name: 'Corp' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [{ type: 'public-key', id: 'BA' }],
} as PublicKeyCredentialCreationOptionsJSON;

describe('WebAuthn in the browser', () => {
  afterEach(() => removeAuthenticator());

  it('is reported as missing, and each request as unsupported', async () => {
    expect(supportsPasskeys()).toBe(false);
    expect(await supportsAutofill()).toBe(false);
    await expect(getPasskey(REQUEST)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it.each([true, false])(
    'says whether it has autofill and a platform authenticator: %s',
    async (has) => {
      fakeAuthenticator({ autofill: has, platform: has });
      expect(supportsPasskeys()).toBe(true);
      expect(await supportsAutofill()).toBe(has);
      expect(await hasPlatformAuthenticator()).toBe(has);
    },
  );

  it('has neither if the browser does not answer or refuses', async () => {
    fakeAuthenticator();
    vi.stubGlobal('PublicKeyCredential', {
      isConditionalMediationAvailable: () => Promise.reject(new Error('no')),
    });
    expect(await supportsAutofill()).toBe(false);
    expect(await hasPlatformAuthenticator()).toBe(false);
  });

  it.each([
    ['NotAllowedError', 'cancelled'],
    ['TimeoutError', 'cancelled'],
    ['AbortError', 'aborted'],
    ['InvalidStateError', 'registered'],
    ['SecurityError', 'wrongHost'],
    ['NotSupportedError', 'unsupported'],
    ['ConstraintError', 'unsupported'],
    ['UnknownError', 'failed'],
  ])('reports %s as %s', async (name, kind) => {
    const fake = fakeAuthenticator();
    fake.create.mockImplementation(() => refusal(name));
    await expect(createPasskey(CREATION)).rejects.toMatchObject({ kind });
  });

  it('takes the conversions of the browser, without members that are null', async () => {
    const fake = fakeAuthenticator();
    expect(await getPasskey(REQUEST)).toMatchObject({ id: 'key-1' });
    const [{ publicKey, mediation }] = fake.get.mock.lastCall as [CredentialRequestOptions];
    expect(publicKey).not.toHaveProperty('timeout');
    expect(mediation).toBeUndefined();
  });

  describe('without conversions', () => {
    beforeEach(() => {
      fakeAuthenticator();
      vi.stubGlobal('PublicKeyCredential', {});
    });

    it('converts a request and its response', async () => {
      const answer = {
        id: 'AQID',
        rawId: bytes(1, 2, 3),
        type: 'public-key',
        authenticatorAttachment: 'platform',
        getClientExtensionResults: () => ({}),
        response: {
          clientDataJSON: bytes(123, 125),
          authenticatorData: bytes(251, 255),
          signature: bytes(0),
          userHandle: bytes(1),
        },
      };
      vi.mocked(navigator.credentials.get).mockResolvedValue(answer);
      expect(await getPasskey(REQUEST)).toEqual({
        id: 'AQID',
        rawId: 'AQID',
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: 'e30',
          authenticatorData: '-_8',
          signature: 'AA',
          userHandle: 'AQ',
        },
      });
      const { publicKey } = vi.mocked(navigator.credentials.get).mock.lastCall![0]!;
      expect(new Uint8Array(publicKey!.challenge as ArrayBuffer)).toEqual(
        new Uint8Array([251, 255]),
      );
      expect(publicKey!.allowCredentials).toMatchObject([
        { type: 'public-key', transports: ['usb'] },
      ]);
      expect(publicKey!.rpId).toBe('corp.example');
    });

    it('converts a registration and its response', async () => {
      const answer = {
        id: 'AQID',
        rawId: bytes(1, 2, 3),
        type: 'public-key',
        authenticatorAttachment: null,
        // Some password managers replace it.
        toJSON: () => {
          throw new TypeError('Illegal invocation');
        },
        getClientExtensionResults: () => ({ credProps: { rk: true } }),
        response: {
          clientDataJSON: bytes(123, 125),
          attestationObject: bytes(1),
          getTransports: () => ['internal'],
        },
      };
      vi.mocked(navigator.credentials.create).mockResolvedValue(answer);
      expect(await createPasskey(CREATION)).toEqual({
        id: 'AQID',
        rawId: 'AQID',
        type: 'public-key',
        clientExtensionResults: { credProps: { rk: true } },
        response: { clientDataJSON: 'e30', attestationObject: 'AQ', transports: ['internal'] },
      });
      const { publicKey } = vi.mocked(navigator.credentials.create).mock.lastCall![0]!;
      expect(new Uint8Array(publicKey!.user.id as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
      expect(publicKey!.excludeCredentials).toHaveLength(1);
    });

    it('sends no signal that the browser does not have', () => {
      expect(() => signalUnknownPasskey('corp.example', 'AQID')).not.toThrow();
    });
  });

  it('sends no signal without the host that the server named', () => {
    const fake = fakeAuthenticator();
    signalUnknownPasskey(undefined, 'AQID');
    expect(fake.unknown).not.toHaveBeenCalled();
  });

  it('reports a request without an answer as cancelled', async () => {
    const fake = fakeAuthenticator();
    fake.get.mockImplementation(() => Promise.resolve(null));
    await expect(getPasskey(REQUEST)).rejects.toMatchObject({ kind: 'cancelled' });
    fake.get.mockImplementation(() => credential({ id: 'x' }));
    expect(await getPasskey(REQUEST)).toEqual({ id: 'x' });
  });
});
