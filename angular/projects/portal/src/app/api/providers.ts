import { HttpClient } from '@angular/common/http';
import { DOCUMENT, DestroyRef, Service, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

/** A provider of `GET /api/auth/providers`. */
export interface Provider {
  readonly name: string;
  readonly label: string;
  /** `auth0`, `okta`, `oidc`; a newer server may know more. */
  readonly kind: string;
  readonly available: boolean;
  readonly loginUrl: string;
}

const LAST_USED = 'vestibule.last-provider';
/** Milliseconds, after which the list counts as not to be had. */
const TIMEOUT_MS = 10_000;
/** Milliseconds, after which a door that is closed is tried again. */
const RETRY_INTERVAL_MS = 10_000;

/** The federated doors: which there are, and which of them was used last in this browser. */
@Service()
export class Providers {
  private readonly http = inject(HttpClient);
  private readonly window = inject(DOCUMENT).defaultView;

  // Read by hand: a resource would cost the first view 13 kB.
  private readonly answer = signal<readonly Provider[] | null>(null);
  private readonly failing = signal(false);
  private readonly last = signal(this.readLastUsed());

  /** `null` until the server has answered. */
  readonly list = this.answer.asReadonly();
  readonly failed = this.failing.asReadonly();
  readonly lastUsed = this.last.asReadonly();

  async load(): Promise<void> {
    this.failing.set(false);
    try {
      const answer = this.http.get<{ providers: readonly Provider[] }>('/api/auth/providers', {
        timeout: TIMEOUT_MS,
      });
      this.answer.set((await firstValueFrom(answer)).providers);
    } catch {
      // What is known already goes on counting.
      this.failing.set(this.answer() === null);
    }
  }

  /** As long as the component is there that is just made: whoever waits for a provider sees when it is back. */
  pollUnavailable(): void {
    const again = setInterval(() => {
      if (this.list()?.some(({ available }) => !available)) void this.load();
    }, RETRY_INTERVAL_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(again));
  }

  /** Remembers the door somebody takes; `null`: the local one. Its name only, which is no secret. */
  rememberLastUsed(name: string | null): void {
    this.last.set(name);
    try {
      if (name === null) this.window?.localStorage.removeItem(LAST_USED);
      else this.window?.localStorage.setItem(LAST_USED, name);
    } catch {
      // A browser that stores nothing: then nothing is marked next time.
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
