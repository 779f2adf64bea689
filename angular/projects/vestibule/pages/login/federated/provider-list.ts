import { Component, computed, inject, input } from '@angular/core';
import { Providers } from '../../api/providers';
import { Each } from '../../ui/each';
import { ProviderIcon } from '../../ui/provider-icon';

/** The providers as plain links: the browser navigates to the server, and no token reaches this page. */
@Component({
  selector: 'vestibule-provider-list',
  imports: [Each, ProviderIcon],
  templateUrl: './provider-list.html',
  styleUrl: './provider-list.css',
})
export class ProviderList {
  protected readonly providersApi = inject(Providers);

  readonly returnTo = input<string | null>(null);
  /** The name of a provider to leave out. */
  readonly except = input<string | null>(null);

  protected readonly providers = computed(() => {
    const returnTo = this.returnTo();
    const query = returnTo === null ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
    return (this.providersApi.list() ?? [])
      .filter(({ name }) => name !== this.except())
      .map((provider) => ({ ...provider, href: provider.loginUrl + query }));
  });

  constructor() {
    void this.providersApi.load();
    this.providersApi.pollUnavailable();
  }
}
