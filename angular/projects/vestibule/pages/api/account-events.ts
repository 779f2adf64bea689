import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { VestibuleApi } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

export type EventPage = VestibuleApi['GET /api/account/events']['response'];

export type AccountEvent = EventPage['items'][number];

/** The audit events about the signed-in user. */
@Injectable({ providedIn: 'root' })
export class AccountEvents {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/account/events');

  /** Resolves to the newest events, or to those before the cursor. */
  page(cursor: string | null, limit: number): Promise<EventPage> {
    const params = { limit, ...(cursor !== null && { cursor }) };
    return firstValueFrom(this.http.get<EventPage>(this.route, { params }));
  }
}
