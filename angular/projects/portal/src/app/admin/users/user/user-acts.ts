import { Component, computed, inject, input, signal } from '@angular/core';
import { ServiceSettings, Session } from '@vestibule/angular';
import { CopyButton, Each } from '@vestibule/angular/console';
import { ListUrl } from '../../api/list-url';
import { Permission, Permissions, isPrivileged } from '../../api/permissions';
import { PlainAct, UserDetail, Users, nameOf } from '../../api/users';
import { mergeText } from '../../text/merge';
import { ACTS, ActName, ActText, userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { EditUser } from './edit-user';
import { OpenUser } from './open-user';
import { ResetPassword, resetAct } from './reset-password';

/** The permission that each act needs. */
export const NEEDED: Readonly<Record<ActName, Permission>> = {
  edit: 'users',
  unlock: 'security',
  'end-sessions': 'security',
  'reset-password': 'security',
  'reset-mfa': 'security',
  disable: 'users',
  enable: 'users',
  delete: 'users',
};

/** Another administrator must do these, so that no administrator locks out the own account by mistake. */
const OF_OTHERS: readonly ActName[] = ['disable', 'delete'];

/** The acts on a user that the roles of the administrator allow. */
@Component({
  selector: 'app-user-acts',
  imports: [ActDialog, CopyButton, Each, EditUser, ResetPassword],
  templateUrl: './user-acts.html',
  styleUrl: '../../ui/cards.css',
})
export class UserActs {
  private readonly api = inject(Users);
  private readonly permissions = inject(Permissions);
  private readonly session = inject(Session);
  private readonly passwords = inject(ServiceSettings).current().passwords !== false;
  private readonly url = inject(ListUrl);
  protected readonly text = userText.inject();
  protected readonly merge = mergeText.inject();

  readonly open = input.required<OpenUser>();
  readonly user = input.required<UserDetail>();

  protected readonly act = signal<ActName | null>(null);
  /** A link for a new password. It is shown once. */
  protected readonly resetUrl = signal<string | null>(null);
  protected readonly name = computed(() => nameOf(this.user()));
  protected readonly onlyFull = computed(
    () => this.user().roles.some(isPrivileged) && !this.permissions.has('full'),
  );
  protected readonly isOwn = computed(() => this.session.user()?.id === this.user().id);
  protected readonly mayMerge = computed(() => this.permissions.actsOn('users', this.user().roles));
  protected readonly mergeUrl = computed(() =>
    this.url.href(`/users/${encodeURIComponent(this.user().id)}/merge`),
  );
  protected readonly acts = computed(() =>
    ACTS.filter(
      (name) =>
        appliesTo(name, this.user()) &&
        !(this.isOwn() && OF_OTHERS.includes(name)) &&
        this.permissions.actsOn(NEEDED[name], this.user().roles),
    ).map((name) => ({ name, label: this.textOf(name).label, danger: name === 'delete' })),
  );
  protected readonly resetDone = computed(() => resetAct(this.text(), this.passwords).done);
  /** The act of the general dialog, and its texts. */
  protected readonly dialog = computed(() => {
    const name = this.act();
    if (name === null || name === 'edit' || name === 'reset-password') return null;
    const text = this.text().act[name];
    const danger = name === 'delete' || name === 'disable' || name === 'reset-mfa';
    return { ...text, danger, permission: NEEDED[name] };
  });
  protected readonly phrase = computed(() => {
    const { username, email, id } = this.user();
    return this.act() === 'delete' ? (username ?? email ?? id) : null;
  });

  protected readonly run = async (reason: string): Promise<void> => {
    const name = this.act();
    if (name === null) return;
    const { done } = this.text().act[name];
    if (name === 'delete') {
      await this.api.delete(this.user(), reason);
      await this.url.open('/users', { statusMessage: done, statusGood: true });
      return;
    }
    await this.api.act(this.user(), name as PlainAct, reason);
    this.finish(done);
  };

  private textOf(name: ActName): ActText {
    return name === 'reset-password'
      ? resetAct(this.text(), this.passwords)
      : this.text().act[name];
  }

  protected finish(done: string, resetUrl: string | null = null): void {
    this.resetUrl.set(resetUrl);
    void this.open().finish(done);
  }
}

/** Whether an act changes something. */
export function appliesTo(name: ActName, user: UserDetail): boolean {
  switch (name) {
    case 'unlock':
      return user.locks.length > 0;
    case 'reset-mfa':
      return user.mfaEnabled;
    case 'disable':
      return user.status === 'active';
    case 'enable':
      return user.status !== 'active';
    case 'edit':
    case 'end-sessions':
    case 'reset-password':
    case 'delete':
      return true;
  }
}
