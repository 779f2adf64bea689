import { Signal, computed, inject } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Format } from '@vestibule/angular/pages';

/** How numbers and times are written in the language of the page. */
export interface Writing {
  readonly number: (value: number) => string;
  readonly time: (value: string) => string;
}

/** A sentence, and its language if that is not the one of the page. */
export interface Note {
  readonly text: string;
  readonly lang: 'en' | null;
}

export function injectWriting(): Signal<Writing> {
  const format = inject(Format);
  const locale = inject(Language).locale;
  return computed(() => {
    const numbers = new Intl.NumberFormat(locale());
    return {
      number: (value) => numbers.format(value),
      time: (value) => format.dateTime(value),
    };
  });
}

/** Returns the sentence in the language of the page, else the English one of the server. */
export function shown(sentence: string | null, english: string): Note {
  return sentence === null ? { text: english, lang: 'en' } : { text: sentence, lang: null };
}

/** Returns what is left out. The server has a sentence in English for each value, in the same order; an older one has no values. */
export function notesOf<Left>(
  figures: { readonly incomplete: readonly string[]; readonly leftOut?: readonly Left[] } | null,
  textOf: (left: Left) => string | null,
): readonly Note[] {
  return (figures?.incomplete ?? []).map((english, at) => {
    const left = figures?.leftOut?.[at];
    return shown(left ? textOf(left) : null, english);
  });
}
