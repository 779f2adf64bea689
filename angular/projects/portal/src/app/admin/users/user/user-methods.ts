import { Component, computed, inject, input, signal } from '@angular/core';
import { ServiceSettings } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { Permissions } from '../../api/permissions';
import { MessageCodeTarget, UserDetail, UserIdentity, UserPasskey, Users } from '../../api/users';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { OpenUser } from './open-user';

/** How the user signs in: password, second factors, recovery codes and identities. An identity can be unlinked. */
@Component({
  selector: 'app-user-methods',
  imports: [ActDialog, Each],
  templateUrl: './user-methods.html',
  styleUrl: '../../ui/cards.css',
})
export class UserMethods {
  private readonly api = inject(Users);
  private readonly format = inject(Format);
  private readonly permissions = inject(Permissions);
  protected readonly shell = shellText.inject();
  protected readonly text = userText.inject();

  readonly open = input.required<OpenUser>();
  readonly user = input.required<UserDetail>();

  /** A service without passwords uses none that a user still has. */
  protected readonly passwords = inject(ServiceSettings).current().passwords !== false;
  protected readonly unlinking = signal<UserIdentity | null>(null);
  protected readonly mayUnlink = computed(() =>
    this.permissions.actsOn('users', this.user().roles),
  );
  protected readonly password = computed(() => {
    const { hasPassword, passwordChangedAt } = this.user();
    if (!hasPassword) return this.text().passwordNone;
    return passwordChangedAt
      ? this.text().passwordSet(this.time(passwordChangedAt))
      : this.shell().yes;
  });
  protected readonly apps = computed(() =>
    this.user().totp.map(({ name, confirmedAt, lastUsedAt }) =>
      this.text().app(
        name ?? this.text().unnamedApp,
        this.time(confirmedAt),
        this.time(lastUsedAt),
      ),
    ),
  );
  protected readonly messageCodes = computed(() => {
    const { emailCodes, smsCodes } = this.user();
    const { byEmail, bySms } = this.text();
    return [
      ...(emailCodes ? [this.target(byEmail, emailCodes)] : []),
      ...(smsCodes ? [this.target(bySms, smsCodes)] : []),
    ];
  });
  protected readonly locks = computed(() =>
    this.user().locks.map(({ failures, until, ofKnownDevice }) => ({
      sentence: this.text().lock(failures, this.time(until)),
      ofKnownDevice,
    })),
  );

  protected readonly unlink = async (reason: string): Promise<void> => {
    const identity = this.unlinking();
    if (!identity) return;
    await this.api.unlink(this.user(), identity.id, reason);
    void this.open().finish(this.text().unlink.done);
  };

  /** Returns the model of the authenticator, if it reports one. */
  protected modelOf({ aaguid }: UserPasskey): string | null {
    return aaguid && /[1-9a-f]/i.test(aaguid) ? aaguid : null;
  }

  protected time(value: string | null): string {
    return value ? this.format.dateTime(value) : this.shell().never;
  }

  private target(kind: string, { to, confirmedAt, lastUsedAt }: MessageCodeTarget): string {
    return this.text().codesTo(kind, to, this.time(confirmedAt), this.time(lastUsedAt));
  }
}
