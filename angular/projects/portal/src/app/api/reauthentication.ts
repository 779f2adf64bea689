import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SessionView } from 'vestibule';

const ROUTE = '/api/auth/reauthenticate';

/** Proving once more who is signed in. The session goes on under a new id, and ends no later for it. */
@Service()
export class Reauthentication {
  private readonly http = inject(HttpClient);

  withCode(code: string): Promise<SessionView> {
    return this.send({ code });
  }

  withPassword(password: string): Promise<SessionView> {
    return this.send({ password });
  }

  /** Resolves to the provider's address, which leads back to `returnTo`. */
  async through(provider: string, returnTo: string): Promise<string> {
    const url = `${ROUTE}/${encodeURIComponent(provider)}`;
    return (await firstValueFrom(this.http.post<{ redirect: string }>(url, { returnTo }))).redirect;
  }

  private async send(body: { code: string } | { password: string }): Promise<SessionView> {
    return (await firstValueFrom(this.http.post<{ session: SessionView }>(ROUTE, body))).session;
  }
}
