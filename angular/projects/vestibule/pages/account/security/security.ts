import { Component, computed, inject, input, signal } from '@angular/core';
import { ServiceSettings, Session, User } from '@vestibule/angular';
import { Devices } from '../../api/devices';
import { FactorsApi } from '../../api/factors';
import { Loaded } from '../../ui/loaded';
import { Loading } from '../../ui/loading';
import { Authenticators } from './authenticators';
import { DeviceList } from './device-list';
import { MessageCodes } from './message-codes';
import { PasskeyList } from './passkey-list';
import { RecoveryCodeCard } from './recovery-code-card';
import { SignInMethods } from './sign-in-methods';

/** Password, linked providers, passkeys, authenticator apps, codes by message, recovery codes and known devices. */
@Component({
  selector: 'vestibule-security',
  imports: [
    Authenticators,
    DeviceList,
    Loading,
    MessageCodes,
    PasskeyList,
    RecoveryCodeCard,
    SignInMethods,
  ],
  templateUrl: './security.html',
  styleUrl: '../cards.css',
})
export class Security {
  private readonly devicesApi = inject(Devices);
  private readonly factorsApi = inject(FactorsApi);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);

  readonly user = input.required<User>();

  protected readonly factors = new Loaded(() => this.factorsApi.list());
  protected readonly devices = new Loaded(() => this.devicesApi.list());
  protected readonly hasPassword = computed(
    () => this.user().authProvider === 'local' && this.settings.current().passwords !== false,
  );
  /** Codes of earlier times can be removed also if the service offers them no longer. */
  protected readonly showsMessageCodes = computed(() => {
    const known = this.factors.value();
    return (
      !!(known?.emailCodes ?? known?.smsCodes) ||
      (this.settings.current().messageCodes ?? []).length > 0
    );
  });
  protected readonly methodsSettled = signal(false);
  protected readonly ready = computed(
    () => this.factors.settled() && this.devices.settled() && this.methodsSettled(),
  );

  protected readonly factorCount = computed(() => {
    const known = this.factors.value();
    if (!known) return 0;
    const messages = [known.emailCodes, known.smsCodes].filter(Boolean).length;
    return known.totp.length + known.passkeys.length + messages;
  });
  /** Passkeys of earlier times can be removed also if the service offers them no longer. */
  protected readonly showsPasskeys = computed(
    () =>
      this.settings.current().passkeys !== false ||
      (this.factors.value()?.passkeys.length ?? 0) > 0,
  );
  protected readonly signsInWithPasskey = computed(
    () => this.factors.value()?.passkeys.some(({ signsInAlone }) => signsInAlone) ?? false,
  );

  /** Whether the user has a sign-in method beside passkeys. */
  private readonly hasOtherMethod = computed(
    () => this.hasPassword() || this.user().identities.length > 0,
  );
  /** The ID of the passkey that is the only sign-in method of the account. */
  protected readonly lastPasskey = computed(() => {
    const alone = this.factors.value()?.passkeys.filter(({ signsInAlone }) => signsInAlone) ?? [];
    return alone.length === 1 && !this.hasOtherMethod() ? (alone[0]?.id ?? null) : null;
  });
  /** A recovery code replaces a second factor. A user who has only passkeys has no first one to sign in with. */
  protected readonly showsRecoveryCodes = computed(
    () =>
      this.factorCount() > 0 &&
      (this.hasOtherMethod() || (this.factors.value()?.recoveryCodesLeft ?? 0) > 0),
  );

  /** Loads what a change of a factor changes. */
  protected async reload(): Promise<void> {
    await Promise.all([this.factors.load(), this.devices.load(), this.session.reloadUser()]);
  }
}
