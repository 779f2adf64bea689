import { Component, computed, inject, input, output, signal } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { ProfileChanges, UserDetail, Users, nameOf } from '../../api/users';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { CheckField } from '../../ui/check-field';
import { TextField } from '../../ui/text-field';

/** The dialog that changes profile and roles of a user. Only changed fields are sent. */
@Component({
  selector: 'app-edit-user',
  imports: [ActDialog, CheckField, TextField],
  templateUrl: './edit-user.html',
})
export class EditUser {
  private readonly api = inject(Users);
  protected readonly shell = shellText.inject();
  protected readonly text = userText.inject();

  readonly user = input.required<UserDetail>();
  readonly saved = output();
  readonly closed = output();
  readonly outdated = output();

  protected readonly name = computed(() => nameOf(this.user()));
  /** The fields whose value the service refused. */
  private readonly refused = signal<readonly string[]>([]);

  protected readonly run = async (reason: string, form: FormData): Promise<void> => {
    this.refused.set([]);
    try {
      await this.api.update(this.user(), changesOf(this.user(), form), reason);
    } catch (error) {
      this.refused.set(problemOf(error)?.errors?.map(({ field }) => field) ?? []);
      throw error;
    }
    this.saved.emit();
  };

  protected errorOf(field: string): string {
    return this.refused().includes(field) ? this.shell().fieldRefused : '';
  }
}

const TEXTS = ['username', 'email', 'displayName', 'locale'] as const;
const CHECKS = ['emailVerified', 'mustChangePassword'] as const;

/** Returns the fields of the form that differ from the user. */
export function changesOf(user: UserDetail, form: FormData): ProfileChanges {
  const texts = TEXTS.map((name) => [name, textOf(form, name) || null] as const);
  const checks = CHECKS.map((name) => [name, form.has(name)] as const);
  const roles = rolesOf(textOf(form, 'roles'));
  const isSame = JSON.stringify(roles) === JSON.stringify(user.assignedRoles);
  const changed = [...texts, ...checks].filter(([name, value]) => user[name] !== value);
  return Object.assign({}, Object.fromEntries(changed), isSame ? {} : { roles }) as ProfileChanges;
}

/** Returns the roles of a text with commas. */
export function rolesOf(text: string): readonly string[] {
  const all = text.split(',').map((role) => role.trim());
  return [...new Set(all)].filter((role) => role !== '');
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
