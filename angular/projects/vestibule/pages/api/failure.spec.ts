import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { SESSION_END_REASONS } from '@vestibule/angular';
import codes from '../../../../../tests/fixtures/error-codes.json';
import { errors as arabicErrors } from '../text/ar/errors';
import { laterErrors as arabicLaterErrors } from '../text/ar/later-errors';
import { refusals as arabicRefusals } from '../text/ar/refusals';
import { errors as germanErrors } from '../text/de/errors';
import { laterErrors as germanLaterErrors } from '../text/de/later-errors';
import { refusals as germanRefusals } from '../text/de/refusals';
import { errors as englishErrors } from '../text/en/errors';
import { laterErrors as englishLaterErrors } from '../text/en/later-errors';
import { refusals as englishRefusals } from '../text/en/refusals';
import { errors as spanishErrors } from '../text/es/errors';
import { laterErrors as spanishLaterErrors } from '../text/es/later-errors';
import { refusals as spanishRefusals } from '../text/es/refusals';
import { errors as frenchErrors } from '../text/fr/errors';
import { laterErrors as frenchLaterErrors } from '../text/fr/later-errors';
import { refusals as frenchRefusals } from '../text/fr/refusals';
import { TEXT } from '../text/text-loader';
import type { Translate } from '../text/texts';
import { failureOf } from './failure';
import { refusalText } from './refusal';

const english = { ...englishErrors, ...englishLaterErrors, ...englishRefusals };
const german = { ...germanErrors, ...germanLaterErrors, ...germanRefusals };
const french = { ...frenchErrors, ...frenchLaterErrors, ...frenchRefusals };
const spanish = { ...spanishErrors, ...spanishLaterErrors, ...spanishRefusals };
const arabic = { ...arabicErrors, ...arabicLaterErrors, ...arabicRefusals };
const LANGUAGES = { english, german, french, spanish, arabic };

function keysOf(area: string): string[] {
  return Object.keys(english)
    .filter((key) => key.startsWith(`${area}.`))
    .map((key) => key.slice(area.length + 1))
    .sort();
}

describe('the texts of failures', () => {
  let text: Translate;

  beforeEach(() => (text = TestBed.inject(TEXT)));

  const failed = (status: number, error: unknown) =>
    failureOf(new HttpErrorResponse({ status, error })).text(text);

  it('exist for every published code and for no other code', () => {
    const written = [...keysOf('error'), ...keysOf('refusal').filter((code) => code !== 'other')];
    expect([...new Set(written)].sort()).toEqual(codes.map(({ code }) => code).sort());
  });

  it('exist for every code that the server sends in a redirect', () => {
    const redirected = codes.filter(({ redirect }) => redirect).map(({ code }) => code);
    expect(keysOf('refusal')).toEqual([...redirected, 'other'].sort());
  });

  it('exist for every reason a session can end', () => {
    expect(keysOf('end')).toEqual([...SESSION_END_REASONS, 'sign_in_expired'].sort());
  });

  it.each(Object.entries(LANGUAGES))('are sentences without exclamation marks: %s', (_, texts) => {
    for (const [key, sentence] of Object.entries(texts)) {
      if (typeof sentence === 'string') expect(sentence, key).toMatch(/^[^!¡]+\.$/);
    }
  });

  it('do not distinguish an unknown user from a wrong password', () => {
    expect(failed(401, { code: 'invalid_credentials' })).toBe(
      'The user name or the password is wrong. Check both and try again.',
    );
  });

  it('say what to do next after every federated error', () => {
    for (const area of ['refusal', 'refusalSignedIn']) {
      for (const code of keysOf(area)) {
        expect(english[`${area}.${code}` as 'refusal.other']).toMatch(
          /\b(Choose|Try again|Start again|Ask your administrator|Sign in)\b/,
        );
      }
    }
  });

  it('say what to do next after every failed request, unless a countdown does', () => {
    const timed = ['too_many_attempts', 'busy', 'store_unavailable'];
    const steps =
      /(?:^|[.:;] )(?:Ask|Cancel|Check|Choose|Enter|If|Make|Reload|Remove|Set up|Shorten|Sign|Start|Try|Wait) /;
    for (const code of keysOf('error')) {
      const sentence = english[`error.${code}` as 'error.internal'];
      if (!timed.includes(code)) expect(sentence, code).toMatch(steps);
    }
  });

  it('list every possible reason of an expired login', () => {
    for (const area of ['refusal', 'refusalSignedIn'] as const) {
      expect(english[`${area}.login_expired`]).toMatch(
        /too long, was already used, .* another browser, or your provider ended it/,
      );
    }
  });

  it.each(['moon_phase', 'invalid_credentials', 'toString', '__proto__', '', null])(
    'are general for the unknown federated error %j',
    (code) => expect(refusalText(text, code)).toMatch(/^Start again/),
  );

  it('do not ask a signed-in user to sign in', () => {
    for (const code of keysOf('refusalSignedIn')) {
      expect(refusalText(text, code, true)).not.toBe(refusalText(text, code));
      expect(refusalText(text, code, true)).not.toMatch(/this page|sign in/i);
    }
    expect(refusalText(text, 'link_refused', true)).toBe(refusalText(text, 'link_refused'));
  });

  it('say on account pages that an unavailable provider changed nothing', () => {
    expect(failed(503, { code: 'provider_unavailable' })).toContain('Nothing was changed');
  });

  it.each([
    ['origin', /wrong address.*instead: http:\/\/localhost:3000$/],
    ['fetchSite', /wrong address.*instead: http:\/\/localhost:3000$/],
    ['cookieMissing', /blocks the cookies.*reload the page\.$/],
    ['tokenMissing', /has expired/],
    ['tokenInvalid', /has expired/],
    ['moon_phase', /has expired/],
    ['toString', /has expired/],
    [undefined, /has expired/],
  ])('name the cause of csrf_failed: %s', (reason, sentence) => {
    const error = { code: 'csrf_failed', reason, expected: 'http://localhost:3000' };
    expect(failed(403, error)).toMatch(sentence);
  });

  it.each([
    [undefined, /or wait for the next one\.$/],
    [2, /You have 2 more attempts\. After that, you must start again\.$/],
    [1, /You have one more attempt\./],
  ])('say how many attempts are left: %j', (attemptsLeft, sentence) => {
    expect(failed(400, { code: 'code_invalid', attemptsLeft })).toMatch(sentence);
  });

  it('give the request ID of an error on the server', () => {
    const requestId = '01900000-0000-7000-8000-000000000001';
    expect(failed(500, { code: 'internal', requestId })).toContain(requestId);
    expect(failed(401, { code: 'invalid_credentials', requestId })).not.toContain(requestId);
  });

  it('are replaced by the detail of a problem with a newer code', () => {
    expect(failed(409, { code: 'moon_phase', detail: 'Wait for the full moon.' })).toBe(
      'Wait for the full moon.',
    );
  });

  it.each(['toString', '__proto__', 'constructor'])('are not found for %s', (code) => {
    expect(failed(409, { code, detail: 'Detail.' })).toBe('Detail.');
  });

  it.each([
    [0, null],
    [502, '<html>Bad gateway</html>'],
  ])('report that the server cannot be reached (%d)', (status, body) => {
    expect(failed(status, body)).toBe(english['failure.unreachable']);
  });
});
