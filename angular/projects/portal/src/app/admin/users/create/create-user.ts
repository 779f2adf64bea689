import { Component, ElementRef, computed, inject, signal } from '@angular/core';
import { ServiceSettings, problemOf } from '@vestibule/angular';
import { CopyButton, Each, FocusWhen } from '@vestibule/angular/console';
import { Attempt, FailureBox } from '@vestibule/angular/pages';
import { ListUrl } from '../../api/list-url';
import { Access, CreatedUser, NewUser, Users, nameOf } from '../../api/users';
import { createText } from '../../text/create';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { CheckField } from '../../ui/check-field';
import { impossibleText } from '../../ui/impossible';
import { TextField } from '../../ui/text-field';
import { rolesOf } from '../user/edit-user';

type Name = 'username' | 'email' | 'displayName' | 'roles' | 'reason';
type Errors = Readonly<Partial<Record<Name, string>>>;

/** The form that creates a user. A link or a password for the user is shown once. */
@Component({
  selector: 'app-create-user',
  imports: [CheckField, CopyButton, Each, FailureBox, FocusWhen, TextField],
  templateUrl: './create-user.html',
  styleUrls: ['../../ui/page.css', '../../ui/cards.css', '../../ui/controls.css'],
})
export class CreateUser {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly api = inject(Users);
  protected readonly passwords = inject(ServiceSettings).current().passwords !== false;
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly text = createText.inject();
  protected readonly fields = userText.inject();

  protected readonly attempt = new Attempt();
  protected readonly errors = signal<Errors>({});
  /** The choice of the access does not fit the settings. */
  private readonly impossible = signal<string | null>(null);
  protected readonly failure = computed(() => {
    const failure = this.attempt.failure();
    const text = this.impossible();
    return failure && text ? { ...failure, text: () => text } : failure;
  });
  protected readonly created = signal<CreatedUser | null>(null);
  private readonly access = signal<Access>('invite-mail');
  protected readonly ways = computed(() =>
    Object.entries(this.text().ways)
      // A service without passwords refuses to generate one.
      .filter(([value]) => this.passwords || value !== 'generated-password')
      .map(([value, label]) => ({
        value,
        label: value === 'none' && !this.passwords ? this.text().noLink : label,
        checked: value === 'invite-mail',
      })),
  );
  protected readonly name = computed(() => {
    const user = this.created();
    return user ? nameOf(user) : '';
  });
  /** The link or the password, with what to do with it. */
  protected readonly secret = computed(() => {
    const user = this.created();
    const { inviteUrl, generatedPassword } = this.text();
    if (user?.inviteUrl) return { help: inviteUrl, value: user.inviteUrl };
    return user?.generatedPassword
      ? { help: generatedPassword, value: user.generatedPassword }
      : null;
  });
  protected readonly mailSent = computed(() => this.access() === 'invite-mail');
  protected readonly userUrl = computed(() =>
    this.url.href(`/users/${encodeURIComponent(this.created()?.id ?? '')}`),
  );

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const user = newUserOf(new FormData(event.target as HTMLFormElement));
    const { fieldMissing, reasonMissing } = this.shell();
    this.errors.set({
      ...(user.username === '' && { username: fieldMissing }),
      ...(user.access === 'invite-mail' && !user.email && { email: this.text().mailNeedsAddress }),
      ...(user.reason === '' && { reason: reasonMissing }),
    });
    if (Object.keys(this.errors()).length > 0) {
      this.focusError();
      return;
    }
    this.access.set(user.access);
    this.impossible.set(null);
    await this.attempt.run(() => this.create(user));
  }

  private async create(user: NewUser): Promise<void> {
    try {
      this.created.set(await this.api.create(user));
    } catch (error) {
      const problem = problemOf(error);
      const text = problem?.code === 'handle_taken' ? this.text().taken : this.shell().fieldRefused;
      this.impossible.set(impossibleText(this.shell(), error));
      const refused = problem?.errors?.map(({ field }) => [field, text] as const) ?? [];
      this.errors.set(Object.fromEntries(refused));
      throw error;
    }
  }

  protected again(): void {
    this.created.set(null);
    this.errors.set({});
  }

  private focusError(): void {
    setTimeout(() =>
      this.host.nativeElement.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
    );
  }
}

/** Returns the user of the form. An empty field is not sent. */
export function newUserOf(form: FormData): NewUser {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [email, displayName, roles] = [text('email'), text('displayName'), rolesOf(text('roles'))];
  return {
    username: text('username'),
    ...(email && { email, emailVerified: form.has('emailVerified') }),
    ...(displayName && { displayName }),
    ...(roles.length > 0 && { roles }),
    access: text('access') as Access,
    reason: text('reason'),
  };
}
