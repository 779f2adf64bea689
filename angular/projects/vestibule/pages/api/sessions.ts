import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

type SessionList = VestibuleApi['GET /api/account/sessions']['response'];

export type AccountSession = SessionList['sessions'][number];

/** The sessions of the signed-in user, in all browsers. */
@Injectable({ providedIn: 'root' })
export class Sessions {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/sessions');

  async list(): Promise<readonly AccountSession[]> {
    return (await firstValueFrom(this.http.get<SessionList>(this.route))).sessions;
  }

  async end(id: string): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.route}/${encodeURIComponent(id)}`));
  }

  /** Ends all sessions but this one. Resolves to their number. */
  async endOthers(): Promise<number> {
    type Answer = VestibuleApi['DELETE /api/account/sessions']['response'];
    return (await firstValueFrom(this.http.delete<Answer>(this.route))).ended;
  }
}
