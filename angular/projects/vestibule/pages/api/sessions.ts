import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { SignInMethod, VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** A session of the user. */
export interface AccountSession {
  /** A handle that opens nothing. */
  readonly id: string;
  readonly current: boolean;
  readonly method: SignInMethod;
  readonly amr: readonly string[];
  readonly provider: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly endsAt: string;
}

/** The sessions of the signed-in user, in all browsers. */
@Injectable({ providedIn: 'root' })
export class Sessions {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/sessions');

  async list(): Promise<readonly AccountSession[]> {
    const answer = this.http.get<{ sessions: readonly AccountSession[] }>(this.route);
    return (await firstValueFrom(answer)).sessions;
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
