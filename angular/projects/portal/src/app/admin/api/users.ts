import { Injectable, inject } from '@angular/core';
import type { AccountSession } from '@vestibule/angular/console';
import { AdminApi, Page, Params } from './admin-api';

/** A kind of second factor. A newer service may have others. */
export type FactorName = 'passkey' | 'totp' | 'smsCode' | 'emailCode' | 'recoveryCode';
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

/** An identity of a provider. */
export interface UserIdentity {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly linkedAt: string;
  readonly lastLoginAt: string | null;
}

export interface AuthenticatorApp {
  readonly id: string;
  readonly name: string | null;
  readonly confirmedAt: string | null;
  readonly lastUsedAt: string | null;
}

/** A passkey of a user. */
export interface UserPasskey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Whether the devices of the user share it. */
  readonly synced: boolean;
  /** The model of the authenticator; only zeros, or `null`: the authenticator does not report it. */
  readonly aaguid: string | null;
}

/** Where codes by message go. */
export interface MessageCodeTarget {
  /** The address or number, masked. */
  readonly to: string;
  readonly confirmedAt: string;
  readonly lastUsedAt: string | null;
}

/** A wait after failed guesses. */
export interface Lock {
  readonly guess: string;
  readonly failures: number;
  readonly until: string;
  readonly ofKnownDevice: boolean;
}

export type Obstacle =
  'disabled' | 'quarantined' | 'locked' | 'no_sign_in_method' | 'password_expired';

/** Response of `GET /api/admin/users/{id}`. */
export interface UserDetail extends AdminUser {
  readonly identities: readonly UserIdentity[];
  readonly unlinkedIdentities: readonly {
    readonly issuer: string;
    readonly subject: string;
    readonly unlinkedAt: string;
  }[];
  readonly totp: readonly AuthenticatorApp[];
  readonly passkeys: readonly UserPasskey[];
  readonly emailCodes: MessageCodeTarget | null;
  readonly smsCodes: MessageCodeTarget | null;
  readonly recoveryCodesLeft: number;
  readonly passwordChangedAt: string | null;
  readonly locks: readonly Lock[];
  readonly fieldSources: Readonly<Record<string, string | null>>;
  readonly createdBy: string;
  /** The accounts that were merged into this one. */
  readonly formerIds?: readonly string[];
  readonly canSignIn: { readonly ok: boolean; readonly why: Obstacle | null };
}

/** Changes of the profile. A member that is left out stays. */
export interface ProfileChanges {
  readonly username?: string | null;
  readonly email?: string | null;
  readonly emailVerified?: boolean;
  readonly displayName?: string | null;
  readonly locale?: string | null;
  readonly roles?: readonly string[];
  readonly mustChangePassword?: boolean;
}

/** An act without a further choice. */
export type PlainAct = 'disable' | 'enable' | 'unlock' | 'reset-mfa' | 'end-sessions';
export type PasswordReset = 'mail' | 'link' | 'remove';
/** How a new user gets in. */
export type Access = 'invite-mail' | 'invite-link' | 'generated-password' | 'none';

export interface NewUser {
  readonly username: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly displayName?: string;
  readonly roles?: readonly string[];
  readonly access: Access;
  readonly reason: string;
}

/** The user, with what is shown only once. */
export type CreatedUser = AdminUser & {
  readonly inviteUrl: string | null;
  readonly generatedPassword: string | null;
};

/** Requests about users. `revision`: of the user that the administrator sees. */
@Injectable({ providedIn: 'root' })
export class Users {
  private readonly api = inject(AdminApi);

  list(params: Params): Promise<Page<AdminUser>> {
    return this.api.get('/users', params);
  }

  get(id: string): Promise<UserDetail> {
    return this.api.get(routeOf(id));
  }

  create(user: NewUser): Promise<CreatedUser> {
    return this.api.send('POST', '/users', user);
  }

  update({ id, revision }: AdminUser, changes: ProfileChanges, reason: string): Promise<AdminUser> {
    return this.api.send('PATCH', routeOf(id), { ...changes, reason }, revision);
  }

  delete({ id, revision }: AdminUser, reason: string): Promise<unknown> {
    return this.api.send('DELETE', routeOf(id), { reason }, revision);
  }

  act({ id, revision }: AdminUser, act: PlainAct, reason: string): Promise<AdminUser> {
    return this.api.send('POST', `${routeOf(id)}/${act}`, { reason }, revision);
  }

  resetPassword(
    { id, revision }: AdminUser,
    by: PasswordReset,
    reason: string,
  ): Promise<AdminUser & { readonly resetUrl: string | null }> {
    return this.api.send('POST', `${routeOf(id)}/reset-password`, { by, reason }, revision);
  }

  unlink({ id, revision }: AdminUser, identity: string, reason: string): Promise<AdminUser> {
    const route = `${routeOf(id)}/identities/${encodeURIComponent(identity)}`;
    return this.api.send('DELETE', route, { reason }, revision);
  }

  async sessions(id: string): Promise<readonly AccountSession[]> {
    interface Answer {
      readonly sessions: readonly AccountSession[];
    }
    return (await this.api.get<Answer>(`${routeOf(id)}/sessions`)).sessions;
  }

  endSession(id: string, session: string, reason: string): Promise<unknown> {
    return this.api.send('DELETE', `${routeOf(id)}/sessions/${encodeURIComponent(session)}`, {
      reason,
    });
  }
}

function routeOf(id: string): string {
  return `/users/${encodeURIComponent(id)}`;
}

/** Returns the name of a user for a list: what the user would call the account, else its ID. */
export function nameOf(user: Pick<AdminUser, 'id' | 'username' | 'displayName' | 'email'>): string {
  return user.displayName ?? user.username ?? user.email ?? user.id;
}
