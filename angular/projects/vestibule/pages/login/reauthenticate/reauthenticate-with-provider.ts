import { Component, computed, inject, input } from '@angular/core';
import { Providers } from '../../api/providers';
import { Reauthentication } from '../../api/reauthentication';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { Each } from '../../ui/each';
import { ExternalNavigation } from '../../ui/external-navigation';
import { FailureBox } from '../../ui/failure-box';
import { ProviderIcon } from '../../ui/provider-icon';

/** Re-authenticates at a provider, which must prompt the user. The browser leaves the page and returns to it. */
@Component({
  selector: 'vestibule-reauthenticate-with-provider',
  imports: [Each, FailureBox, ProviderIcon],
  template: `
    @if (separated()) {
      <p class="separator">{{ text('common.or') }}</p>
    }
    <vestibule-failure-box [failure]="attempt.failure()" />
    <button
      *appEach="let provider of providers()"
      type="button"
      class="secondary wide"
      (click)="start(provider.name)"
    >
      <vestibule-provider-icon [kind]="provider.kind" />
      {{ text('federated.continueWith', provider.label) }}
    </button>
  `,
  styles: `
    .separator {
      margin-block: 1rem 0.5rem;
      color: var(--text-muted);
      text-align: center;
    }
    .secondary {
      gap: 0.75rem;
      overflow-wrap: anywhere;
    }
  `,
})
export class ReauthenticateWithProvider {
  private readonly externalNavigation = inject(ExternalNavigation);
  private readonly providersApi = inject(Providers);
  private readonly reauthentication = inject(Reauthentication);

  protected readonly text = inject(TEXT);

  readonly names = input.required<readonly string[]>();
  readonly returnTo = input.required<string>();
  /** Whether another method is above this one. */
  readonly separated = input(false);

  protected readonly attempt = new Attempt();
  /** The providers with their labels; if the list cannot be loaded, with their names. */
  protected readonly providers = computed(() => {
    const known = this.providersApi.list();
    if (!known && !this.providersApi.failed()) return [];
    return this.names().map((name) => {
      const provider = known?.find((each) => each.name === name);
      return { name, label: provider?.label ?? name, kind: provider?.kind ?? '' };
    });
  });

  constructor() {
    if (!this.providersApi.list()) void this.providersApi.load();
  }

  protected async start(name: string): Promise<void> {
    await this.attempt.run(async () =>
      this.externalNavigation.go(await this.reauthentication.withProvider(name, this.returnTo())),
    );
  }
}
