import { DOCUMENT, Injectable, inject, signal } from '@angular/core';

/**
 * Name and look of the organisation, as the operator configured them.
 *
 * @example
 * ```ts
 * const brand: Brand = { name: 'Corp', logo: '/logo.svg', color: '#125c68', supportUrl: null };
 * ```
 */
export interface Brand {
  readonly name: string | null;
  readonly logo: string | null;
  readonly color: string | null;
  readonly supportUrl: string | null;
}

/**
 * Settings of the service that pages need.
 *
 * @example
 * ```ts
 * const settings: Partial<PageSettings> = { brand: null, languages: ['de', 'en'], remember: 2_592_000 };
 * ```
 */
export interface PageSettings {
  /** Origins to which a user may return, beside the one of the service. */
  readonly origins: readonly string[];
  readonly brand: Brand | null;
  /** The languages that the operator offers, the default first; `null` stands for all. */
  readonly languages: readonly string[] | null;
  /** Lifetime of "keep me signed in on this device" in seconds; `null` if it is not offered. */
  readonly remember: number | null;
  /** Whether the service sends mail: only then can a user reset a forgotten password. */
  readonly mail: boolean;
  /** The smallest number of characters of a new password. */
  readonly minPasswordLength: number;
  /** Whether users sign in with a password. Without it, the sign-in page has no form. */
  readonly passwords: boolean;
  /** Whether users can add passkeys and sign in with them. */
  readonly passkeys: boolean;
  /** For how many days a device can be trusted after the second factor; `null` if it is not offered. */
  readonly trustDays: number | null;
  /** How the service sends codes as a second factor: `email`, `sms`. Empty: it sends none. */
  readonly messageCodes: readonly string[];
}

/**
 * Settings of the service: from `index.html` if the service served this page, otherwise from
 * `GET /api/auth/providers`.
 *
 * @example
 * ```ts
 * const name = computed(() => inject(ServiceSettings).brandName());
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ServiceSettings {
  readonly #settings = signal<Partial<PageSettings>>(readSettings(inject(DOCUMENT)));

  /** The settings known so far. */
  readonly current = this.#settings.asReadonly();

  /** Adds the settings of a response. */
  apply(settings: Partial<PageSettings>): void {
    this.#settings.update((known) => ({ ...known, ...settings }));
  }

  /** Returns the name of the organisation. */
  brandName(): string {
    return this.#settings().brand?.name ?? 'Vestibule';
  }
}

function readSettings(document: Document): Partial<PageSettings> {
  const meta = document.querySelector<HTMLMetaElement>('meta[name=vestibule-settings]');
  try {
    // The development server does not fill in the tag.
    return (JSON.parse(meta?.content ?? '{}') ?? {}) as Partial<PageSettings>;
  } catch {
    return {};
  }
}
