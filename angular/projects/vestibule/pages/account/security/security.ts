import { Component, computed, inject, input, signal } from '@angular/core';
import { Session, User } from '@vestibule/angular';
import { Devices } from '../../api/devices';
import { FactorsApi } from '../../api/factors';
import { Loaded } from '../../ui/loaded';
import { Loading } from '../../ui/loading';
import { Authenticators } from './authenticators';
import { DeviceList } from './device-list';
import { RecoveryCodeCard } from './recovery-code-card';
import { SignInMethods } from './sign-in-methods';

/** Password, authenticator apps, recovery codes, linked providers and known devices. */
@Component({
  selector: 'vestibule-security',
  imports: [Authenticators, DeviceList, Loading, RecoveryCodeCard, SignInMethods],
  templateUrl: './security.html',
  styleUrl: '../cards.css',
})
export class Security {
  private readonly devicesApi = inject(Devices);
  private readonly factorsApi = inject(FactorsApi);
  private readonly session = inject(Session);

  readonly user = input.required<User>();

  protected readonly factors = new Loaded(() => this.factorsApi.list());
  protected readonly devices = new Loaded(() => this.devicesApi.list());
  protected readonly methodsSettled = signal(false);
  protected readonly ready = computed(
    () => this.factors.settled() && this.devices.settled() && this.methodsSettled(),
  );

  /** Loads what a change of a factor changes. */
  protected async reload(): Promise<void> {
    await Promise.all([this.factors.load(), this.devices.load(), this.session.reloadUser()]);
  }
}
