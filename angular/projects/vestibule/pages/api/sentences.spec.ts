import { HttpErrorResponse } from '@angular/common/http';
import { SESSION_END_REASONS } from '@vestibule/angular';
import codes from '../../../../../tests/fixtures/error-codes.json';
import { ACCOUNT_SENTENCES, accountFailureOf } from './account-sentences';
import { failureOf } from './failure';
import {
  FEDERATED_SENTENCES,
  SIGNED_IN_FEDERATED_SENTENCES,
  federatedErrorSentence,
} from './federated-sentences';
import { END_SENTENCES, SENTENCES, UNREACHABLE } from './sentences';

const failed = (status: number, error: unknown) =>
  failureOf(new HttpErrorResponse({ status, error }));

describe('the sentences', () => {
  it('exist for every published code and for no other code', () => {
    const written = [SENTENCES, ACCOUNT_SENTENCES, FEDERATED_SENTENCES].flatMap((all) =>
      Object.keys(all),
    );
    expect([...new Set(written)].sort()).toEqual(codes.map(({ code }) => code).sort());
  });

  it('exist in the federated list for every code that the server sends in a redirect', () => {
    const redirected = codes.filter(({ redirect }) => redirect).map(({ code }) => code);
    expect(Object.keys(FEDERATED_SENTENCES).sort()).toEqual(redirected.sort());
  });

  it('exist for every reason a session can end', () => {
    expect(Object.keys(END_SENTENCES)).toEqual([...SESSION_END_REASONS, 'sign_in_expired']);
  });

  it('are sentences without exclamation marks', () => {
    const all = [
      SENTENCES,
      ACCOUNT_SENTENCES,
      FEDERATED_SENTENCES,
      SIGNED_IN_FEDERATED_SENTENCES,
      END_SENTENCES,
    ];
    for (const text of all.flatMap((some) => Object.values(some))) {
      expect(text).toMatch(/^[A-Z][^!]+\.$/);
    }
  });

  it('do not distinguish an unknown user from a wrong password', () => {
    expect(SENTENCES.invalid_credentials).toBe(
      'The user name or the password is wrong. Check both and try again.',
    );
  });

  it('say what to do next after every federated error', () => {
    for (const text of [
      ...Object.values(FEDERATED_SENTENCES),
      ...Object.values(SIGNED_IN_FEDERATED_SENTENCES),
    ]) {
      expect(text).toMatch(/\b(Choose|Try again|Start again|Ask your administrator|Sign in)\b/);
    }
  });

  it('say what to do next after every failed request, unless a countdown does', () => {
    const timed = ['too_many_attempts', 'busy', 'store_unavailable'];
    const steps =
      /(?:^|[.:;] )(?:Ask|Cancel|Check|Choose|Enter|If|Reload|Set up|Shorten|Sign|Start|Try|Wait) /;
    for (const [code, text] of [SENTENCES, ACCOUNT_SENTENCES].flatMap((all) =>
      Object.entries<string>(all),
    )) {
      if (!timed.includes(code)) expect(text).toMatch(steps);
    }
  });

  it('ask the user to link an unlinked identity again, which an administrator cannot do', () => {
    expect(FEDERATED_SENTENCES.identity_unlinked).toContain(
      'link it again under “Sign-in methods”',
    );
  });

  it('list every possible reason of an expired login', () => {
    for (const text of [
      FEDERATED_SENTENCES.login_expired,
      SIGNED_IN_FEDERATED_SENTENCES.login_expired,
    ]) {
      expect(text).toMatch(
        /too long, was already used, .* another browser, or your provider ended it/,
      );
    }
  });

  it.each(['moon_phase', 'invalid_credentials', 'toString', '__proto__', '', null])(
    'have a general text for the unknown federated error %j',
    (code) => expect(federatedErrorSentence(code)).toMatch(/^Start again/),
  );

  it('do not ask a signed-in user to sign in', () => {
    for (const code of Object.keys(SIGNED_IN_FEDERATED_SENTENCES)) {
      expect(federatedErrorSentence(code, true)).not.toBe(federatedErrorSentence(code));
      expect(federatedErrorSentence(code, true)).not.toMatch(/this page|sign in/i);
    }
    expect(federatedErrorSentence('link_refused', true)).toBe(FEDERATED_SENTENCES.link_refused);
  });

  it('say on account pages that an unavailable provider changed nothing', () => {
    const failure = (status: number, code: string) =>
      accountFailureOf(new HttpErrorResponse({ status, error: { code } })).text;
    expect(failure(503, 'provider_unavailable')).toContain('Nothing was changed');
    expect(failure(429, 'too_many_attempts')).toBe('Too many attempts.');
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
    expect(failed(403, error).text).toMatch(sentence);
  });

  it('are replaced by the detail of a problem with a newer code', () => {
    expect(failed(409, { code: 'moon_phase', detail: 'Wait for the full moon.' }).text).toBe(
      'Wait for the full moon.',
    );
  });

  it.each(['toString', '__proto__', 'constructor'])('are not found for %s', (code) => {
    expect(failed(409, { code, detail: 'Detail.' }).text).toBe('Detail.');
  });

  it.each([
    [0, null],
    [502, '<html>Bad gateway</html>'],
  ])('report that the server cannot be reached (%d)', (status, body) => {
    expect(failed(status, body).text).toBe(UNREACHABLE);
  });
});
