import {
  DOCUMENT,
  Injectable,
  InjectionToken,
  computed,
  inject,
  linkedSignal,
  signal,
} from '@angular/core';
import { ServiceSettings } from './service-settings';
import { Session } from './session';

/**
 * The languages of the texts in this package.
 *
 * @example
 * ```ts
 * const names = LANGUAGES.map((tag) => new Intl.DisplayNames(tag, { type: 'language' }).of(tag));
 * ```
 */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar'] as const;

/** Languages that an application adds with texts of its own. */
export const MORE_LANGUAGES = new InjectionToken<readonly string[]>('MORE_LANGUAGES', {
  factory: () => [],
});

const STORAGE_KEY = 'vestibule.language';
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

/**
 * The language of pages and dialogs: the locale of the user, else the choice on this device, else the languages of the
 * browser, else the first language that the operator offers.
 *
 * @example
 * ```ts
 * const language = inject(Language);
 * language.choose('de');
 * const price = computed(() => new Intl.NumberFormat(language.locale()).format(1234.5));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class Language {
  readonly #session = inject(Session, { optional: true });
  readonly #settings = inject(ServiceSettings);
  readonly #window = inject(DOCUMENT).defaultView;
  readonly #supported = [...new Set([...LANGUAGES, ...inject(MORE_LANGUAGES)])];

  readonly #chosen = signal(this.#read());
  /** The locale of the user. After the end of the session the page keeps the language. */
  readonly #userLocale = linkedSignal<
    { readonly locale: string | null } | null | undefined,
    string | null
  >({
    source: () => this.#session?.user(),
    computation: (user, previous) => (user ? user.locale : (previous?.value ?? null)),
  });
  readonly #wanted = computed(() =>
    [this.#userLocale(), this.#chosen(), ...(this.#window?.navigator.languages ?? [])].flatMap(
      canonical,
    ),
  );

  /** The languages to choose from. */
  readonly offered = computed<readonly string[]>(() => {
    const configured = this.#settings.current().languages?.flatMap(canonical) ?? this.#supported;
    const known = configured.filter((tag) => this.#supported.some((each) => isSame(each, tag)));
    return known.length > 0 ? known : ['en'];
  });
  /** The language in use, for example `de`. */
  readonly current = computed(() => {
    const found = this.#wanted().map((tag) => closest(tag, this.offered()));
    return found.find((tag) => tag !== undefined) ?? this.offered()[0] ?? 'en';
  });
  /** The locale for dates and numbers: the language in use, with the region of the user if it is known. */
  readonly locale = computed(
    () => this.#wanted().find((tag) => base(tag) === base(this.current())) ?? this.current(),
  );
  /** The writing direction of the language in use. */
  readonly direction = computed<'ltr' | 'rtl'>(() =>
    RIGHT_TO_LEFT.includes(base(this.current())) ? 'rtl' : 'ltr',
  );

  /** Stores the language on this device. The locale of a signed-in user takes precedence. */
  choose(language: string): void {
    this.#chosen.set(language);
    try {
      this.#window?.localStorage.setItem(STORAGE_KEY, language);
    } catch {
      // The browser allows no storage. The choice then lasts as long as the page.
    }
  }

  #read(): string | null {
    try {
      return this.#window?.localStorage.getItem(STORAGE_KEY) ?? null;
    } catch {
      return null;
    }
  }
}

/** Returns the tag in its canonical form, or nothing: a provider may send `de_DE`, or any text. */
function canonical(tag: string | null): string[] {
  try {
    return tag ? Intl.getCanonicalLocales(tag.replaceAll('_', '-')) : [];
  } catch {
    return [];
  }
}

function closest(tag: string, offered: readonly string[]): string | undefined {
  return (
    offered.find((each) => isSame(each, tag)) ?? offered.find((each) => base(each) === base(tag))
  );
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function base(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? '';
}
