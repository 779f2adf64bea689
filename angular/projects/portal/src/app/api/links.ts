import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { LinkedIdentity } from 'vestibule';

/** `GET /api/auth/link`: the link that waits in this browser for a proof and a confirmation. */
export interface PendingLink {
  readonly provider: string;
  readonly label: string;
  readonly email: string | null;
  readonly expiresAt: string;
  /** The number of the event that says why a proof is wanted, where one was written down. */
  readonly trace: string | null;
}

const ROUTE = '/api/auth/link';

/** The pending link of this browser. */
@Service()
export class Links {
  private readonly http = inject(HttpClient);

  pending(): Promise<PendingLink> {
    return firstValueFrom(this.http.get<PendingLink>(ROUTE));
  }

  async confirm(): Promise<LinkedIdentity> {
    const answer = this.http.post<{ identity: LinkedIdentity }>(ROUTE, {});
    return (await firstValueFrom(answer)).identity;
  }

  async cancel(): Promise<void> {
    await firstValueFrom(this.http.delete(ROUTE));
  }
}
