import { TestBed } from '@angular/core/testing';
import { Language } from '@vestibule/angular';
import { provideVestibuleTesting } from '@vestibule/angular/testing';
import { Format } from './format';

describe('the format', () => {
  let format: Format;

  function use(language: string): void {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: [provideVestibuleTesting()] });
    TestBed.inject(Language).choose(language);
    format = TestBed.inject(Format);
  }

  it.each([
    ['en', 0, '0 sec'],
    ['en', 42, '42 sec'],
    ['en', 89, '89 sec'],
    ['en', 125, '2 min 5 sec'],
    ['en', 13_200, '3 hr 40 min'],
    ['de', 125, '2 Min. 5 Sek.'],
    ['ar', 3 * 3_600, /^[3٣] س [0٠] د$/],
  ])('of a duration in %s: %d s are %s', (language, seconds, text) => {
    use(language);
    expect(format.duration(seconds)).toMatch(text);
  });

  it('of a time has the day if it is not today', () => {
    use('de');
    const now = new Date(2026, 10, 22, 12, 0);
    expect(format.time(new Date(2026, 10, 22, 18, 5), now)).toBe('18:05');
    expect(format.time(new Date(2026, 10, 23, 6, 0), now)).toContain('Montag');
  });

  it('of a date follows the language', () => {
    use('es');
    expect(format.dateTime('2026-11-22T18:05:00.000Z')).toContain('nov 2026');
  });
});
