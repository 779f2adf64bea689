import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { LinkedIdentity } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/** `GET /api/auth/link`: the link of this browser that waits for a sign-in and a confirmation. */
export interface PendingLink {
  readonly provider: string;
  readonly label: string;
  readonly email: string | null;
  readonly expiresAt: string;
  /** The ID of the audit event that explains why a sign-in is required, if one was stored. */
  readonly trace: string | null;
}

/** The pending link of this browser. */
@Injectable({ providedIn: 'root' })
export class Links {
  private readonly http = inject(HttpClient);
  private readonly route = injectApiUrl()('/auth/link');

  pending(): Promise<PendingLink> {
    return firstValueFrom(this.http.get<PendingLink>(this.route));
  }

  async confirm(): Promise<LinkedIdentity> {
    const answer = this.http.post<{ identity: LinkedIdentity }>(this.route, {});
    return (await firstValueFrom(answer)).identity;
  }

  async cancel(): Promise<void> {
    await firstValueFrom(this.http.delete(this.route));
  }
}
