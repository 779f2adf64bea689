import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView, VestibuleApi } from '@vestibule/angular';
import type { RegistrationOptions } from '../passkey/webauthn';
import type { RegistrationResponse } from '../passkey/webauthn-json';
import { injectApiUrl } from './api-url';

/** `POST /api/auth/password/strength`: advice about a new password. */
export type Strength = VestibuleApi['POST /api/auth/password/strength']['response'];

/** Changes of passwords. */
@Injectable({ providedIn: 'root' })
export class Passwords {
  private readonly http = inject(HttpClient);
  private readonly url = injectApiUrl();

  /** Requests a reset link. The answer does not say whether an account has the address. */
  async forgot(email: string): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/auth/password/forgot'), { email }));
  }

  /** Sets a new password with the token of a reset link. */
  async reset(token: string, newPassword: string): Promise<void> {
    await firstValueFrom(this.http.post(this.url('/auth/password/reset'), { token, newPassword }));
  }

  /** Starts to create a passkey with the token of a reset link: for a service without passwords. */
  passkeyOptions(token: string): Promise<RegistrationOptions> {
    const url = this.url('/auth/password/reset/passkey/options');
    return firstValueFrom(this.http.post<RegistrationOptions>(url, { token }));
  }

  /** Registers the passkey. It opens no session. */
  async resetToPasskey(
    token: string,
    ceremony: string,
    credential: RegistrationResponse,
  ): Promise<void> {
    const url = this.url('/auth/password/reset/passkey');
    await firstValueFrom(this.http.post(url, { token, ceremony, credential }));
  }

  /** Changes the password of the session. Without the current one only while the sign-in awaits the change. */
  async change(currentPassword: string | null, newPassword: string): Promise<SessionView> {
    const body = currentPassword === null ? { newPassword } : { currentPassword, newPassword };
    const answer = this.http.post<{ session: SessionView }>(this.url('/account/password'), body);
    return (await firstValueFrom(answer)).session;
  }

  /** Returns advice. The server does not store the password. */
  strength(password: string, token: string | null): Promise<Strength> {
    const body = token === null ? { password } : { password, token };
    return firstValueFrom(this.http.post<Strength>(this.url('/auth/password/strength'), body));
  }
}
