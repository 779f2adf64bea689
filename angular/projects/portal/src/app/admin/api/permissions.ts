import { Injectable, computed, inject } from '@angular/core';
import { Session } from '@vestibule/angular';

/** What an administrator may do. `full`: also acts on other administrators. */
export type Permission = 'read' | 'users' | 'security' | 'full';

/** The roles that give a permission, as in the service. */
const ROLES: Readonly<Record<Permission, readonly string[]>> = {
  read: ['admin', 'admin:read', 'admin:users', 'admin:security'],
  users: ['admin', 'admin:users'],
  security: ['admin', 'admin:security'],
  full: ['admin'],
};

/** The roles that open the console. */
export const ADMIN_ROLES = ROLES.read;

/** Whether a role is one of an administrator: only `admin` grants it, and only `admin` acts on a user who has it. */
export function isPrivileged(role: string): boolean {
  return role.startsWith('admin');
}

/** The permissions of the signed-in administrator. The service checks them at each request: this decides what is shown. */
@Injectable({ providedIn: 'root' })
export class Permissions {
  private readonly session = inject(Session);
  readonly all = computed<readonly Permission[]>(() =>
    (Object.keys(ROLES) as Permission[]).filter((permission) => this.has(permission)),
  );

  has(permission: Permission): boolean {
    return this.session.hasRole(...ROLES[permission]);
  }

  /** Whether the administrator may act on a user with these roles. */
  actsOn(permission: Permission, roles: readonly string[]): boolean {
    return this.has(roles.some(isPrivileged) ? 'full' : permission);
  }
}
