import { Injectable, inject } from '@angular/core';
import { AdminApi, Page, Params } from './admin-api';

/** An audit event, as administrators see it. A newer service has other types. */
export interface AdminEvent {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly userId: string | null;
  readonly actor: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly statedReason: string | null;
  readonly amr: readonly string[];
  /** JSON, or a text. */
  readonly details: string | null;
}

/** Requests about audit events. */
@Injectable({ providedIn: 'root' })
export class AdminEvents {
  private readonly api = inject(AdminApi);

  list(params: Params): Promise<Page<AdminEvent>> {
    return this.api.get('/events', params);
  }
}
