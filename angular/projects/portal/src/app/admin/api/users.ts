import { Injectable, inject } from '@angular/core';
import { AdminApi, Page, Params } from './admin-api';

export type UserStatus = 'active' | 'disabled' | 'quarantined';

/** A user, as administrators see it. */
export interface AdminUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string | null;
  readonly picture: string | null;
  readonly locale: string | null;
  /** The roles in effect: assigned ones, and those of providers. */
  readonly roles: readonly string[];
  readonly assignedRoles: readonly string[];
  readonly status: UserStatus;
  readonly mfaEnabled: boolean;
  readonly authProvider: string;
  readonly providers: readonly string[];
  readonly factors: readonly string[];
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly lockedUntil: string | null;
  readonly deletionAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLoginAt: string | null;
  readonly revision: string | number;
}

/** Requests about users. */
@Injectable({ providedIn: 'root' })
export class Users {
  private readonly api = inject(AdminApi);

  list(params: Params): Promise<Page<AdminUser>> {
    return this.api.get('/users', params);
  }
}

/** Returns the name of a user for a list: what the user would call the account, else its ID. */
export function nameOf(user: Pick<AdminUser, 'id' | 'username' | 'displayName' | 'email'>): string {
  return user.displayName ?? user.username ?? user.email ?? user.id;
}
