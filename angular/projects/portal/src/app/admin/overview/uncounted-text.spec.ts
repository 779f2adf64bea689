import arabic from '../text/overview/arabic';
import english from '../text/overview/english';
import french from '../text/overview/french';
import german from '../text/overview/german';
import spanish from '../text/overview/spanish';
import type { Uncounted } from './figures';
import { uncountedText } from './uncounted-text';
import { Writing, notesOf } from './writing';

const LANGUAGES = { arabic, english, french, german, spanish };
const writing: Writing = { number: (value) => `#${value}`, time: (value) => `at ${value}` };
const LEFT: readonly [Uncounted, string][] = [
  [{ kind: 'users', counted: 50000 }, '#50000'],
  [{ kind: 'sessions', read: 40000 }, '#40000'],
  [{ kind: 'counters', read: 20000 }, '#20000'],
  [{ kind: 'logins', since: '2026' }, 'at 2026'],
];
const UNKNOWN = { kind: 'qubits' } as unknown as Uncounted;

describe.each(Object.entries(LANGUAGES))('what is not counted, in %s', (language, text) => {
  it.each(LEFT)('has its value: %j', (left, value) => {
    const sentence = uncountedText(left, text, writing);
    expect(sentence).toContain(value);
    expect(sentence).not.toMatch(/undefined|null/);
    if (language !== 'english') expect(sentence).not.toBe(uncountedText(left, english, writing));
  });

  it('has a sentence of its own for each kind', () => {
    const sentences = LEFT.map(([left]) => uncountedText(left, text, writing));
    expect(new Set(sentences.map((sentence) => sentence?.replace(/[#\d]+/, ''))).size).toBe(4);
  });
});

describe('a note about what is left out', () => {
  const textOf = (left: Uncounted) => uncountedText(left, german, writing);

  it('is in the language of the page', () => {
    const leftOut: readonly Uncounted[] = [{ kind: 'users', counted: 50000 }];
    const figures = { incomplete: ['only the newest 50000 users were counted'], leftOut };
    expect(notesOf(figures, textOf)).toEqual([
      { text: german.uncounted.users('#50000'), lang: null },
    ]);
    expect(notesOf(null, textOf)).toEqual([]);
  });

  it('is the English one of a newer or an older server', () => {
    const expected = [{ text: 'in English', lang: 'en' }];
    expect(notesOf({ incomplete: ['in English'], leftOut: [UNKNOWN] }, textOf)).toEqual(expected);
    expect(notesOf({ incomplete: ['in English'] }, textOf)).toEqual(expected);
  });
});
