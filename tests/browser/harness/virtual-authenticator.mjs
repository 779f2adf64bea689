// Virtual authenticators of Chromium (WebDriver, "Virtual Authenticators"): the browser runs the whole ceremony, with real keys.

/** The screen lock of this device: it verifies the user, and its passkeys can be found without a user name. */
export const internal = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};
/** A password manager whose passkeys are on all devices of the user. */
export const synced = { ...internal, defaultBackupEligibility: true, defaultBackupState: true };
/** A security key with a PIN. */
export const securityKey = { ...internal, transport: 'usb' };
/** An old security key: it cannot verify the user, and has no place for passkeys. */
export const touchOnlyKey = {
  ...securityKey,
  protocol: 'u2f',
  ctap2Version: undefined,
  hasResidentKey: false,
  hasUserVerification: false,
  isUserVerified: false,
};

/** Connects an authenticator to a page. */
export async function addAuthenticator(page, options) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  return {
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    /** Moves the credentials to another authenticator, as an attacker who copied the key does. */
    add: (credential) => session.send('WebAuthn.addCredential', { authenticatorId, credential }),
    verifiesUser: (isUserVerified) =>
      session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    /** Whether the user touches the authenticator when it asks. */
    isTouched: (enabled) =>
      session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    remove: () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}
