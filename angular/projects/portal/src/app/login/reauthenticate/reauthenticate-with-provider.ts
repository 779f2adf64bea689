import { Component, computed, inject, input, signal } from '@angular/core';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { Providers } from '../../api/providers';
import { Reauthentication } from '../../api/reauthentication';
import { ExternalNavigation } from '../../ui/external-navigation';
import { Each } from '../../ui/each';
import { FailureBox } from '../../ui/failure-box';
import { ProviderIcon } from '../../ui/provider-icon';

/** A fresh proof at a provider, which is told to ask who it is: the browser goes there, and comes back to the page. */
@Component({
  selector: 'app-reauthenticate-with-provider',
  imports: [Each, FailureBox, ProviderIcon],
  template: `
    @if (second()) {
      <p class="separator">or</p>
    }
    <app-failure-box [failure]="failure()" />
    <button
      *appEach="let provider of providers()"
      type="button"
      class="secondary wide"
      (click)="go(provider.name)"
    >
      <app-provider-icon [kind]="provider.kind" />
      Continue with {{ provider.label }}
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

  readonly names = input.required<readonly string[]>();
  readonly returnTo = input.required<string>();
  /** Something else can be done instead, and stands before. */
  readonly second = input(false);

  private readonly going = signal(false);

  /** By their labels; by their names only where those cannot be had. */
  protected readonly providers = computed(() => {
    const known = this.providersApi.list();
    if (!known && !this.providersApi.failed()) return [];
    return this.names().map((name) => {
      const provider = known?.find((each) => each.name === name);
      return { name, label: provider?.label ?? name, kind: provider?.kind ?? '' };
    });
  });
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    if (!this.providersApi.list()) void this.providersApi.load();
  }

  protected async go(name: string): Promise<void> {
    if (this.going()) return;
    this.going.set(true);
    this.failure.set(null);
    try {
      this.externalNavigation.go(await this.reauthentication.through(name, this.returnTo()));
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    } finally {
      this.going.set(false);
    }
  }
}
