import { Component, computed, inject, input, signal } from '@angular/core';
import { ServiceSettings, Session, User } from '@vestibule/angular';
import { Devices } from '../../api/devices';
import { FactorsApi } from '../../api/factors';
import { Loaded } from '../../ui/loaded';
import { Loading } from '../../ui/loading';
import { Authenticators } from './authenticators';
import { DeviceList } from './device-list';
import { MessageCodes } from './message-codes';
import { RecoveryCodeCard } from './recovery-code-card';
import { SignInMethods } from './sign-in-methods';

/** Password, authenticator apps, codes by message, recovery codes, linked providers and known devices. */
@Component({
  selector: 'vestibule-security',
  imports: [Authenticators, DeviceList, Loading, MessageCodes, RecoveryCodeCard, SignInMethods],
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
  /** Codes that a user has can be removed after the service stopped to offer them. */
  protected readonly showsMessageCodes = computed(() => {
    const known = this.factors.value();
    return (
      !!(known?.emailCodes ?? known?.smsCodes) ||
      (this.settings.current().messageCodes ?? []).length > 0
    );
  });
  protected readonly hasFactor = computed(() => {
    const known = this.factors.value();
    return !!known && (known.totp.length > 0 || !!(known.emailCodes ?? known.smsCodes));
  });
  protected readonly methodsSettled = signal(false);
  protected readonly ready = computed(
    () => this.factors.settled() && this.devices.settled() && this.methodsSettled(),
  );

  /** Loads what a change of a factor changes. */
  protected async reload(): Promise<void> {
    await Promise.all([this.factors.load(), this.devices.load(), this.session.reloadUser()]);
  }
}
