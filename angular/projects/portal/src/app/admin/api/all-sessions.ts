import { Injectable, inject } from '@angular/core';
import type { AccountSession } from '@vestibule/angular/console';
import { AdminApi, Page, Params } from './admin-api';
import { AdminUser } from './users';

/** A session of any user. */
export type AnySession = AccountSession & {
  readonly user: Pick<AdminUser, 'id' | 'username' | 'displayName' | 'email'>;
};

/** Requests about the sessions of all users. */
@Injectable({ providedIn: 'root' })
export class AllSessions {
  private readonly api = inject(AdminApi);

  list(params: Params): Promise<Page<AnySession>> {
    return this.api.get('/sessions', params);
  }
}
