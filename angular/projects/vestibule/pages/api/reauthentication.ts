import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';
import { injectApiUrl } from './api-url';
import { PasskeyProof } from './passkeys';

/** Re-authenticates the signed-in user. The session gets a new id and keeps its absolute deadline. */
@Injectable({ providedIn: 'root' })
export class Reauthentication {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/auth/reauthenticate');

  withCode(code: string): Promise<SessionView> {
    return this.send({ code });
  }

  withPasskey(passkey: PasskeyProof): Promise<SessionView> {
    return this.send({ passkey });
  }

  withPassword(password: string): Promise<SessionView> {
    return this.send({ password });
  }

  /** Resolves to the URL of the provider, which returns to `returnTo`. */
  async withProvider(provider: string, returnTo: string): Promise<string> {
    const url = `${this.route}/${encodeURIComponent(provider)}`;
    return (await firstValueFrom(this.http.post<{ redirect: string }>(url, { returnTo }))).redirect;
  }

  private async send(body: object): Promise<SessionView> {
    return (await firstValueFrom(this.http.post<{ session: SessionView }>(this.route, body)))
      .session;
  }
}
