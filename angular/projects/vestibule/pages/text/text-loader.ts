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
import type { FirstTexts, MoreTexts, TextOverrides, Translate, VestibuleTexts } from './texts';

type BuiltIn = (typeof LANGUAGES)[number];

type Chunk<T> = () => Promise<T>;

/** Each language has two chunks. The sign-in page loads only the first one, so that its first view stays small. */
const CHUNKS: Readonly<Record<BuiltIn, readonly [Chunk<FirstTexts>, Chunk<MoreTexts>]>> = {
  en: [
    async () => (await import('./en')).english,
    async () => (await import('./en-more')).moreEnglish,
  ],
  de: [
    async () => (await import('./de')).german,
    async () => (await import('./de-more')).moreGerman,
  ],
  fr: [
    async () => (await import('./fr')).french,
    async () => (await import('./fr-more')).moreFrench,
  ],
  es: [
    async () => (await import('./es')).spanish,
    async () => (await import('./es-more')).moreSpanish,
  ],
  ar: [
    async () => (await import('./ar')).arabic,
    async () => (await import('./ar-more')).moreArabic,
  ],
};

/** Shared by all applications of this page and all requests of a server: the texts contain no data of a user. */
const loaded = new Map<BuiltIn, Loaded>();

interface Loaded {
  readonly texts: Partial<VestibuleTexts>;
  /** Whether the texts of all pages are there. */
  readonly complete: boolean;
}

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

  /** A copy of `loaded` at its last change. */
  private readonly arrived = signal<ReadonlyMap<BuiltIn, Loaded>>(new Map(loaded));
  /** Whether a page needs more texts than the sign-in page. */
  private readonly needsAll = signal(false);
  /** The texts on the screen: the previous language stays there while another one loads. */
  private readonly shown = linkedSignal<Loaded | null, Loaded | null>({
    source: () => {
      const language = this.language.current();
      const found = this.arrived().get(chunkOf(language));
      if (!found || (this.needsAll() && !found.complete)) return null;
      return { ...found, texts: { ...found.texts, ...this.overrides[language] } };
    },
    computation: (found, previous) => found ?? previous?.value ?? null,
  });

  readonly translate: Translate = (key, ...values) => {
    const shown = this.shown();
    const text: string | ((...values: never[]) => string) | undefined = shown?.texts[key];
    // A component without `textGuard` can need a text of the second chunk. A template must not write signals.
    if (text === undefined && shown && !shown.complete) {
      void Promise.resolve().then(() => this.needsAll.set(true));
    }
    return typeof text === 'function' ? text(...(values as never[])) : (text ?? '');
  };

  constructor() {
    // A failed chunk leaves the previous language. A page that has no text at all reports it through its guard.
    effect(() => {
      const [language, all] = [this.language.current(), this.needsAll()];
      void this.load(language, all).catch(() => undefined);
    });
  }

  /** Resolves when the texts of the language in use are there. Rejects if the page has texts in no language. */
  async ready(need: 'all' | 'signIn' = 'all'): Promise<void> {
    if (need === 'all') this.needsAll.set(true);
    const all = untracked(this.needsAll);
    try {
      await this.load(this.language.current(), all);
    } catch (error) {
      const shown = untracked(this.shown);
      if (!shown || (need === 'all' && !shown.complete)) throw error;
    }
  }

  private async load(language: string, all: boolean): Promise<void> {
    const texts = await loadTexts(language, all);
    if (untracked(this.arrived).get(chunkOf(language)) !== texts) this.arrived.set(new Map(loaded));
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

/** Waits for the texts of the sign-in page only. */
export const signInTextGuard: CanActivateFn = () =>
  inject(TextLoader)
    .ready('signIn')
    .then(() => true);

/** Loads the texts of a language: all of them, or those of the sign-in page. */
export async function loadTexts(language: string, all: boolean): Promise<Loaded> {
  const name = chunkOf(language);
  const known = loaded.get(name);
  if (known && (known.complete || !all)) return known;
  const [first, more] = CHUNKS[name];
  const parts = await Promise.all([first(), all ? more() : undefined]);
  const latest = loaded.get(name);
  // A request for all texts may have been faster.
  if (latest && (latest.complete || !all)) return latest;
  const texts = { texts: Object.assign({}, ...parts) as Partial<VestibuleTexts>, complete: all };
  loaded.set(name, texts);
  return texts;
}

/** A language without a chunk of its own completes the texts of the application with the English ones. */
function chunkOf(language: string): BuiltIn {
  return LANGUAGES.find((each) => each === language.split('-')[0]) ?? 'en';
}
