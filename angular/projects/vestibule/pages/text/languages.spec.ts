import { arabic } from './ar';
import { moreArabic } from './ar-more';
import { german } from './de';
import { moreGerman } from './de-more';
import { english as first } from './en';
import { moreEnglish } from './en-more';
import { spanish } from './es';
import { moreSpanish } from './es-more';
import { french } from './fr';
import { moreFrench } from './fr-more';

const english = { ...first, ...moreEnglish };
const LANGUAGES = {
  german: { ...german, ...moreGerman },
  french: { ...french, ...moreFrench },
  spanish: { ...spanish, ...moreSpanish },
  arabic: { ...arabic, ...moreArabic },
};

describe.each(Object.entries(LANGUAGES))('%s', (_name, texts) => {
  it('has every text of the English source and no other one', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
  });

  it('has functions with as many values as the English ones', () => {
    for (const [key, text] of Object.entries(english)) {
      const translated: unknown = texts[key as keyof typeof english];
      expect(typeof translated, key).toBe(typeof text);
      if (typeof text === 'function') expect(translated, key).toHaveLength(text.length);
    }
  });
});

it.each(Object.entries(LANGUAGES))('%s repeats no English sentence', (_name, texts) => {
  const repeated = Object.entries(english).filter(
    ([key, text]) =>
      typeof text === 'string' && /\s/.test(text) && texts[key as keyof typeof english] === text,
  );
  expect(repeated).toEqual([]);
});

it('Arabic texts are in Arabic letters', () => {
  const latin = Object.entries(LANGUAGES.arabic).filter(
    ([, text]) => typeof text === 'string' && !/\p{Script=Arabic}/u.test(text),
  );
  expect(latin).toEqual([]);
});

it('has each text in one of the two chunks', () => {
  const both = Object.keys(first).filter((key) => key in moreEnglish);
  expect(both).toEqual([]);
});
