import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { LinkedIdentity } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** An entry of `GET /api/account/identities`. */
export interface Identity extends LinkedIdentity {
  readonly id: string;
}

/** The linked identities of the signed-in user. */
@Injectable({ providedIn: 'root' })
export class Identities {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/identities');

  async list(): Promise<readonly Identity[]> {
    const answer = this.http.get<{ identities: readonly Identity[] }>(this.route);
    return (await firstValueFrom(answer)).identities;
  }

  /** Starts a link. Resolves to the URL of the provider, which returns to `returnTo`. */
  async link(provider: string, returnTo: string): Promise<string> {
    const url = `${this.route}/${encodeURIComponent(provider)}`;
    return (await firstValueFrom(this.http.post<{ redirect: string }>(url, { returnTo }))).redirect;
  }

  async unlink(id: string): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.route}/${encodeURIComponent(id)}`));
  }
}
