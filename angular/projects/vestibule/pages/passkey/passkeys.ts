import { Injectable, computed, inject } from '@angular/core';
import { ServiceSettings, ɵApiAddress } from '@vestibule/angular';
import { Passkey, PasskeyProof, PasskeysApi, RegisteredPasskey } from '../api/passkeys';
import { base64url } from './base64url';
import { createPasskey, getPasskey, signalAcceptedPasskeys, supportsPasskeys } from './webauthn';

/** Ceremonies with the passkeys of a known user. */
@Injectable({ providedIn: 'root' })
export class Passkeys {
  private readonly api = inject(PasskeysApi);
  private readonly address = inject(ɵApiAddress);
  private readonly settings = inject(ServiceSettings);

  /** Whether the service and this browser can use passkeys. */
  readonly usable = computed(
    () => this.settings.current().passkeys !== false && supportsPasskeys(),
  );

  /** Asks for a passkey as a second factor or for a re-authentication. Rejects also with a `PasskeyFailure`. */
  async prove(): Promise<PasskeyProof> {
    const { publicKey, ceremony } = await this.api.factorOptions();
    return { ceremony, credential: await getPasskey(publicKey) };
  }

  /** Creates a passkey and registers it. The caller applies the new session. Rejects also with a `PasskeyFailure`. */
  async register(signal?: AbortSignal): Promise<RegisteredPasskey> {
    const { publicKey, ceremony } = await this.api.registrationOptions();
    return this.api.register(ceremony, await createPasskey(publicKey, signal));
  }

  /** Lets the password manager of the user hide the passkeys that were removed from the account. */
  reportAccepted(userId: string, passkeys: readonly Passkey[]): void {
    // The user handle of a passkey is the ID of the user: the 16 bytes of a UUID.
    const bytes = userId
      .replaceAll('-', '')
      .match(/../g)
      ?.map((hex) => parseInt(hex, 16));
    if (bytes?.length !== 16) return;
    signalAcceptedPasskeys(
      new URL(this.address.pages).hostname,
      base64url(Uint8Array.from(bytes)),
      passkeys.map(({ credentialId }) => credentialId),
    );
  }
}
