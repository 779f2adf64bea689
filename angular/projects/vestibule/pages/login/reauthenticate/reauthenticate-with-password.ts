import { Component, DestroyRef, computed, inject, output } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { PasswordForm } from '../../ui/password-form';

/** Re-authenticates with the password. */
@Component({
  selector: 'vestibule-reauthenticate-with-password',
  imports: [PasswordForm],
  template: `
    <vestibule-password-form [username]="username()" [verify]="verify">
      <ng-content />
    </vestibule-password-form>
  `,
})
export class ReauthenticateWithPassword {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly reauthenticated = output();

  protected readonly username = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? '';
  });

  protected readonly verify = async (password: string): Promise<void> => {
    // The session id has changed, also if the user closed the dialog before the response.
    this.session.apply(await this.reauthentication.withPassword(password));
    if (!this.destroyed.destroyed) this.reauthenticated.emit();
  };
}
