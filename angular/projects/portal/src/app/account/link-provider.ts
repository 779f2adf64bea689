import { Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { accountFailureOf } from '../api/account-sentences';
import { Failure } from '../api/failure';
import { Identities, Identity } from '../api/identities';
import { Providers } from '../api/providers';
import { Reauthenticator } from '../login/reauthenticate/reauthenticator';
import { ExternalNavigation } from '../ui/external-navigation';
import { Each } from '../ui/each';
import { FailureBox } from '../ui/failure-box';
import { RETURN_PARAMS, urlWithParams } from '../ui/return-params';
import { ProviderIcon } from '../ui/provider-icon';

/** The providers that do not open the account yet, each with a button that goes there to connect it. */
@Component({
  selector: 'app-link-provider',
  imports: [Each, FailureBox, ProviderIcon],
  templateUrl: './link-provider.html',
  styleUrl: './link-provider.css',
})
export class LinkProvider {
  private readonly externalNavigation = inject(ExternalNavigation);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly identities = inject(Identities);
  private readonly router = inject(Router);
  protected readonly providersApi = inject(Providers);

  readonly linked = input.required<readonly Identity[]>();
  /** The name of one that was chosen already, before the way through another one. */
  readonly begun = input<string | null>(null);

  private readonly going = signal(false);

  protected readonly providers = computed(() => {
    const linked = new Set(this.linked().map(({ provider }) => provider));
    return (this.providersApi.list() ?? []).filter(({ name }) => !linked.has(name));
  });
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    this.providersApi.pollUnavailable();
  }

  protected async connect(name: string): Promise<void> {
    if (this.going()) return;
    this.going.set(true);
    this.failure.set(null);
    const back = urlWithParams(this.router, { [RETURN_PARAMS.linked]: name });
    try {
      await this.reauthenticator.run(
        async () => this.externalNavigation.go(await this.identities.link(name, back)),
        { [RETURN_PARAMS.link]: name },
      );
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    } finally {
      this.going.set(false);
    }
  }
}
