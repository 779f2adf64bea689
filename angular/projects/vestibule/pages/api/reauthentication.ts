import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from '@vestibule/angular';

const ROUTE = '/api/auth/reauthenticate';

/** Re-authenticates the signed-in user. The session gets a new id and keeps its absolute deadline. */
@Injectable({ providedIn: 'root' })
export class Reauthentication {
  private readonly http = inject(HttpClient);

  withCode(code: string): Promise<SessionView> {
    return this.send({ code });
  }

  withPassword(password: string): Promise<SessionView> {
    return this.send({ password });
  }

  /** Resolves to the URL of the provider, which returns to `returnTo`. */
  async withProvider(provider: string, returnTo: string): Promise<string> {
    const url = `${ROUTE}/${encodeURIComponent(provider)}`;
    return (await firstValueFrom(this.http.post<{ redirect: string }>(url, { returnTo }))).redirect;
  }

  private async send(body: { code: string } | { password: string }): Promise<SessionView> {
    return (await firstValueFrom(this.http.post<{ session: SessionView }>(ROUTE, body))).session;
  }
}
