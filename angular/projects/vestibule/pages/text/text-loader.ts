import {
  Injectable,
  InjectionToken,
  Provider,
  effect,
  inject,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { CanActivateFn } from '@angular/router';
import { LANGUAGES, Language, ɵMORE_LANGUAGES } from '@vestibule/angular';
import type { TextOverrides, Translate, VestibuleTexts } from './texts';

type BuiltIn = (typeof LANGUAGES)[number];

/** Each language is one chunk; a page loads only the language in use. */
const CHUNKS: Readonly<Record<BuiltIn, () => Promise<VestibuleTexts>>> = {
  en: async () => (await import('./en')).english,
  de: async () => (await import('./de')).german,
  fr: async () => (await import('./fr')).french,
  es: async () => (await import('./es')).spanish,
  ar: async () => (await import('./ar')).arabic,
};

/** Shared by all applications of this page and all requests of a server: the texts contain no data of a user. */
const loaded = new Map<string, VestibuleTexts>();

const TEXT_OVERRIDES = new InjectionToken<TextOverrides>('TEXT_OVERRIDES', { factory: () => ({}) });

/**
 * Replaces texts of the pages and dialogs, by language and key. A language that is not in the package is added; its
 * missing texts are English.
 *
 * @example
 * ```ts
 * provideVestibuleTexts({
 *   de: { 'signIn.title': 'Willkommen bei Corp' },
 *   it: { 'signIn.title': 'Accedi', 'signIn.submit': 'Accedi' },
 * })
 * ```
 */
export function provideVestibuleTexts(texts: TextOverrides): Provider[] {
  return [
    { provide: TEXT_OVERRIDES, useValue: texts },
    { provide: ɵMORE_LANGUAGES, useValue: Object.keys(texts) },
  ];
}

/** Loads the texts of the language in use, and again after a change of the language. */
@Injectable({ providedIn: 'root' })
export class TextLoader {
  private readonly language = inject(Language);
  private readonly overrides = inject(TEXT_OVERRIDES);

  /** The languages whose chunks are there. The signal changes with `loaded`. */
  private readonly arrived = signal<readonly string[]>([...loaded.keys()]);
  /** The texts on the screen: the previous language stays there while another one loads. */
  private readonly texts = linkedSignal<string | null, Partial<VestibuleTexts>>({
    source: () => {
      const language = this.language.current();
      return this.arrived().includes(chunkOf(language)) ? language : null;
    },
    computation: (language, previous) =>
      language === null
        ? (previous?.value ?? {})
        : { ...loaded.get(chunkOf(language)), ...this.overrides[language] },
  });

  readonly translate: Translate = (key, ...values) => {
    const text: string | ((...values: never[]) => string) = this.texts()[key] ?? '';
    return typeof text === 'function' ? text(...(values as never[])) : text;
  };

  constructor() {
    // A failed chunk leaves the previous language. A page that has no text at all reports it through its guard.
    effect(() => void this.load(this.language.current()).catch(() => undefined));
  }

  /** Resolves when the texts of the language in use are there. Rejects if no language could be loaded. */
  async ready(): Promise<void> {
    try {
      await this.load(this.language.current());
    } catch (error) {
      if (Object.keys(this.texts()).length === 0) throw error;
    }
  }

  private async load(language: string): Promise<void> {
    const chunk = await loadTexts(language);
    if (!untracked(this.arrived).includes(chunk)) this.arrived.set([...loaded.keys()]);
  }
}

/**
 * Injection token for the function that returns texts.
 *
 * @example
 * ```ts
 * protected readonly text = inject(TEXT);
 * // in the template: {{ text('signIn.title') }}
 * ```
 */
export const TEXT = new InjectionToken<Translate>('TEXT', {
  factory: () => inject(TextLoader).translate,
});

/**
 * Waits for the texts of a page. It runs beside the other guards, so it adds no time to their requests.
 *
 * @example
 * ```ts
 * { path: 'sign-in', canActivate: [textGuard, guestGuard], component: MySignInPage }
 * ```
 */
export const textGuard: CanActivateFn = () =>
  inject(TextLoader)
    .ready()
    .then(() => true);

/** Loads the chunk of a language and returns its name. */
export async function loadTexts(language: string): Promise<BuiltIn> {
  const chunk = chunkOf(language);
  if (!loaded.has(chunk)) loaded.set(chunk, await CHUNKS[chunk]());
  return chunk;
}

/** A language without a chunk of its own completes the texts of the application with the English ones. */
function chunkOf(language: string): BuiltIn {
  return LANGUAGES.find((each) => each === language.split('-')[0]) ?? 'en';
}
