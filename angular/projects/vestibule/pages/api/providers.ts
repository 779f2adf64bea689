import { HttpClient } from '@angular/common/http';
import { DOCUMENT, DestroyRef, Injectable, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { PageSettings, ServiceSettings } from '@vestibule/angular';
import { injectApiUrl } from './api-url';

/**
 * A provider of `GET /api/auth/providers`.
 *
 * @example
 * ```ts
 * const closed = (provider: Provider) => !provider.available;
 * ```
 */
export interface Provider {
  readonly name: string;
  readonly label: string;
  /** A value of the setting `_KIND`, such as `auth0` or `oidc`; a newer server may send others. */
  readonly kind: string;
  readonly available: boolean;
  readonly loginUrl: string;
}

const LAST_USED = 'vestibule.last-provider';
const LIST_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 10_000;

/**
 * The list of providers, and the name of the one that this browser used last.
 *
 * @example
 * ```ts
 * const labels = computed(() => inject(Providers).list()?.map(({ label }) => label));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class Providers {
  private readonly http = inject(HttpClient);
  private readonly settings = inject(ServiceSettings);
  private readonly url = injectApiUrl();
  private readonly window = inject(DOCUMENT).defaultView;

  // No httpResource: it adds 2.2 kB to the first view.
  private readonly answer = signal<readonly Provider[] | null>(null);
  private readonly failing = signal(false);
  private readonly last = signal(this.readLastUsed());

  /** `null` until the first response. */
  readonly list = this.answer.asReadonly();
  readonly failed = this.failing.asReadonly();
  readonly lastUsed = this.last.asReadonly();

  async load(): Promise<void> {
    this.failing.set(false);
    try {
      const answer = this.http.get<Partial<PageSettings> & { providers: readonly Provider[] }>(
        this.url('/auth/providers'),
        { timeout: LIST_TIMEOUT_MS },
      );
      const { providers, ...settings } = await firstValueFrom(answer);
      this.settings.apply(settings);
      this.answer.set(providers);
    } catch {
      // An earlier list stays valid.
      this.failing.set(this.answer() === null);
    }
  }

  /** Reloads the list while a provider is unavailable, until the calling component is destroyed. */
  pollUnavailable(): void {
    const timer = setInterval(() => {
      if (this.list()?.some(({ available }) => !available)) void this.load();
    }, POLL_INTERVAL_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  /** Stores the name of the provider that the user chose; `null` stands for the password login. */
  rememberLastUsed(name: string | null): void {
    this.last.set(name);
    try {
      if (name === null) this.window?.localStorage.removeItem(LAST_USED);
      else this.window?.localStorage.setItem(LAST_USED, name);
    } catch {
      // The browser allows no storage. The list then marks no provider as last used.
    }
  }

  private readLastUsed(): string | null {
    try {
      return this.window?.localStorage.getItem(LAST_USED) ?? null;
    } catch {
      return null;
    }
  }
}
