import { signal } from '@angular/core';
import { AdminUser, UserDetail, Users } from '../../api/users';
import { Latest } from '../../ui/latest';

/** The fields that other administrators and logins change. */
const COMPARED = [
  'username',
  'email',
  'emailVerified',
  'displayName',
  'locale',
  'assignedRoles',
  'roles',
  'status',
  'hasPassword',
  'mustChangePassword',
  'mfaEnabled',
  'providers',
] as const satisfies readonly (keyof AdminUser)[];

type Value = string | boolean | null | readonly string[];

export interface Change {
  readonly field: (typeof COMPARED)[number];
  readonly before: Value;
  readonly after: Value;
}

/** The user whose page is open. The parts of the page share it. */
export class OpenUser {
  readonly user = new Latest<UserDetail>();
  /** What the last act did. */
  readonly message = signal('');
  /** What another administrator, or a login, changed since it was loaded. */
  readonly changes = signal<readonly Change[]>([]);
  private id = '';

  constructor(private readonly users: Users) {}

  open(id: string): void {
    this.id = id;
    this.user.value.set(null);
    this.message.set('');
    this.changes.set([]);
    void this.load();
  }

  load(): Promise<void> {
    return this.user.run(() => this.users.get(this.id));
  }

  /** Shows the user after an act. */
  async finish(message: string): Promise<void> {
    const { id } = this;
    this.message.set('');
    this.changes.set([]);
    await this.load();
    // The page may show another user now.
    if (id === this.id) this.message.set(message);
  }

  /** Shows what changed since the page was loaded, after the service refused an act (412). */
  async reload(): Promise<void> {
    const { id } = this;
    const before = this.user.value();
    this.message.set('');
    await this.load();
    const after = this.user.value();
    if (before && after && id === this.id) this.changes.set(changesBetween(before, after));
  }
}

/** Returns the fields of a user that differ. */
export function changesBetween(before: AdminUser, after: AdminUser): readonly Change[] {
  return COMPARED.filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  ).map((field) => ({ field, before: before[field], after: after[field] }));
}
