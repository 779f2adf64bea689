import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';
import type { LoginOptions, RegistrationOptions } from '../passkey/webauthn';
import type { AuthenticationResponse, RegistrationResponse } from '../passkey/webauthn-json';
import { injectApiUrl } from './api-url';
import { MfaAnswer } from './mfa';

/** A passkey of the account. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** The devices of the owner share it. */
  readonly synced: boolean;
  /** It is a login without a password. */
  readonly signsInAlone: boolean;
  readonly credentialId: string;
}

/** A response of an authenticator, and the token of the ceremony that it answers. */
export interface PasskeyProof {
  readonly ceremony: string;
  readonly credential: AuthenticationResponse;
}

/** `POST /api/account/passkeys` */
export interface RegisteredPasskey {
  readonly passkey: Passkey;
  /** With the first second factor only. */
  readonly recoveryCodes?: readonly string[];
  readonly session: SessionView;
}

/** Ceremonies of passkeys. */
@Injectable({ providedIn: 'root' })
export class PasskeysApi {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  loginOptions(): Promise<LoginOptions> {
    return this.post('/auth/passkey/options', {});
  }

  /** Signs in without a user name and a password. */
  async logIn(proof: PasskeyProof, remember: boolean): Promise<SessionView> {
    const body = { ...proof, ...(remember && { remember }) };
    return (await this.post<{ session: SessionView }>('/auth/passkey/login', body)).session;
  }

  /** Starts the second factor of a sign-in, or a re-authentication. */
  factorOptions(): Promise<LoginOptions> {
    return this.post('/mfa/passkey/options', {});
  }

  /** Completes the second factor of a sign-in. */
  verify(proof: PasskeyProof, trustDevice = false): Promise<MfaAnswer> {
    return this.post('/mfa/passkey/verify', { ...proof, ...(trustDevice && { trustDevice }) });
  }

  registrationOptions(): Promise<RegistrationOptions> {
    return this.post('/account/passkeys/options', {});
  }

  /** Registers the passkey. The server chooses its name. */
  register(ceremony: string, credential: RegistrationResponse): Promise<RegisteredPasskey> {
    return this.post('/account/passkeys', { ceremony, credential });
  }

  private post<T>(route: string, body: object): Promise<T> {
    return firstValueFrom(this.http.post<T>(this.url(route), body));
  }
}
