import { Component, computed, inject, input } from '@angular/core';
import { Login } from '../../api/login';
import { Providers } from '../../api/providers';
import { TEXT } from '../../text/text-loader';
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
  private readonly login = inject(Login);
  protected readonly providersApi = inject(Providers);
  protected readonly text = inject(TEXT);

  readonly returnTo = input<string | null>(null);
  /** The name of a provider to leave out. */
  readonly except = input<string | null>(null);

  protected readonly providers = computed(() => {
    const query = loginQuery(this.returnTo(), this.login.remember());
    return (this.providersApi.list() ?? [])
      .filter(({ name }) => name !== this.except())
      .map((provider) => ({ ...provider, href: provider.loginUrl + query }));
  });

  constructor() {
    void this.providersApi.load();
    this.providersApi.pollUnavailable();
  }
}

/** Returns the query of the login links. */
export function loginQuery(returnTo: string | null, remember: boolean): string {
  const query = [];
  if (returnTo !== null) query.push(`returnTo=${encodeURIComponent(returnTo)}`);
  if (remember) query.push('remember=true');
  return query.length > 0 ? `?${query.join('&')}` : '';
}
