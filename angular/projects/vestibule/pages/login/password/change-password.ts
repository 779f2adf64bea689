import { Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, ServiceSettings, Session } from '@vestibule/angular';
import { Passwords } from '../../api/passwords';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { Reauthenticator } from '../reauthenticate/reauthenticator';
import { NewPassword, NewPasswordForm } from './new-password/new-password-form';

/**
 * The page `/change-password`: for signed-in users, and for a session in state `awaitingPasswordChange`, which is signed
 * in after the change.
 */
@Component({
  selector: 'vestibule-change-password',
  hostDirectives: [VestibuleRoot],
  imports: [FailureBox, FocusWhen, NewPasswordForm],
  templateUrl: './change-password.html',
})
export class ChangePassword {
  private readonly passwords = inject(Passwords);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly returnTargets = inject(ReturnTo);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  private readonly returnTo = inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo');

  protected readonly done = signal(false);
  protected readonly leaving = new Attempt();
  /** The user has just proved the current password, so the form does not ask for it again. */
  protected readonly required = computed(() => this.session.state() === 'awaitingPasswordChange');
  /** Whether users of this service sign in with a password. */
  protected readonly allowed = computed(() => this.settings.current().passwords !== false);
  protected readonly hasPassword = computed(() => {
    if (!this.allowed()) return false;
    const user = this.session.user();
    return this.required() || user === null || user.authProvider === 'local';
  });
  /** A user of a provider can add a password, if there is a name to sign in with. */
  protected readonly canSet = computed(() => {
    const user = this.session.user();
    if (!user || !this.allowed()) return false;
    return user.username !== null || (user.email !== null && user.emailVerified);
  });
  protected readonly username = computed(
    () => this.session.account()?.username ?? this.session.user()?.email ?? '',
  );

  /** If the server requires a recent proof, the change is sent again after it. */
  protected readonly save = async ({ current, next }: NewPassword): Promise<void> => {
    await this.reauthenticator.run(async () => {
      this.session.apply(await this.passwords.change(current, next));
      this.done.set(true);
    });
  };

  protected async proceed(): Promise<void> {
    await this.returnTargets.leave(this.returnTargets.read(this.returnTo));
  }

  /** Goes back. If the change is required, signing out is the only way back. */
  protected async cancel(): Promise<void> {
    if (this.required()) await this.leaving.run(() => this.session.signOut());
    else await this.proceed();
  }
}
