import { Component, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import { ReturnTo } from '@vestibule/angular';
import { Identities, Identity } from '../../api/identities';
import { Providers } from '../../api/providers';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { Each } from '../../ui/each';
import { ExternalNavigation } from '../../ui/external-navigation';
import { FailureBox } from '../../ui/failure-box';
import { ProviderIcon } from '../../ui/provider-icon';
import { RETURN_PARAMS, urlWithParams } from '../../ui/return-params';

/** The providers that are not linked yet, each with a button that starts the link. */
@Component({
  selector: 'vestibule-link-provider',
  imports: [Each, FailureBox, ProviderIcon],
  templateUrl: './link-provider.html',
  styleUrl: './link-provider.css',
})
export class LinkProvider {
  private readonly externalNavigation = inject(ExternalNavigation);
  private readonly identities = inject(Identities);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly returnTargets = inject(ReturnTo);
  private readonly router = inject(Router);
  protected readonly providersApi = inject(Providers);
  protected readonly text = inject(TEXT);

  readonly linked = input.required<readonly Identity[]>();

  protected readonly attempt = new Attempt();
  protected readonly providers = computed(() => {
    const linked = new Set(this.linked().map(({ provider }) => provider));
    return (this.providersApi.list() ?? []).filter(({ name }) => !linked.has(name));
  });

  constructor() {
    this.providersApi.pollUnavailable();
  }

  protected async link(name: string): Promise<void> {
    const url = urlWithParams(this.router, { [RETURN_PARAMS.linked]: name });
    const returnTo = this.returnTargets.of(url);
    await this.attempt.run(() =>
      this.reauthenticator.run(async () =>
        this.externalNavigation.go(await this.identities.link(name, returnTo)),
      ),
    );
  }
}
