import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { injectApiUrl } from './api-url';

/** An audit event about the user. A newer server has other types and reasons. */
export interface AccountEvent {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: unknown;
}

/** `GET /api/account/events` */
export interface EventPage {
  readonly items: readonly AccountEvent[];
  readonly nextCursor: string | null;
}

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
