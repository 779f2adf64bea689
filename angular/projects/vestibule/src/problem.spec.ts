import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import endReasons from '../../../../tests/fixtures/end-reasons.json';
import errorCodes from '../../../../tests/fixtures/error-codes.json';
import { SESSION_END_REASONS, isEndReason } from './api-types';
import { PROBLEM_CODES, isOutage, problemOf } from './problem';
import { REDIRECT_CODES } from './redirect-codes';

const httpError = (status: number, error: unknown, headers = {}) =>
  new HttpErrorResponse({ status, error, headers: new HttpHeaders(headers) });

describe('problemOf and isOutage', () => {
  it('return the problem of the API', () => {
    const problem = problemOf(
      httpError(401, { code: 'session_ended', reason: 'idle', detail: 'Sign in again.' }),
    );
    expect(problem).toMatchObject({
      code: 'session_ended',
      reason: 'idle',
      status: 401,
      detail: 'Sign in again.',
    });
  });

  it.each([
    [{ code: 'busy', retryAfter: 42 }, {}, 42],
    [{ code: 'busy' }, { 'Retry-After': '7' }, 7],
    [{ code: 'busy' }, {}, undefined],
    [{ code: 'busy' }, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
  ])('return the seconds until a retry: %j %j', (body, headers, expected) =>
    expect(problemOf(httpError(503, body, headers))?.retryAfter).toBe(expected),
  );

  it.each([null, '', '<html>Bad gateway</html>', [], { message: 'no' }, { code: 7 }])(
    'return no problem for %j',
    (body) => expect(problemOf(httpError(502, body))).toBeNull(),
  );

  it('report an outage without a response and for 5xx, but not for 4xx', () => {
    expect([0, 500, 503, 504].map((status) => isOutage(httpError(status, null)))).not.toContain(
      false,
    );
    expect([400, 401, 403, 429].map((status) => isOutage(httpError(status, null)))).not.toContain(
      true,
    );
    expect(isOutage(new Error('not from HTTP'))).toBe(false);
  });
});

it.each([
  ['idle', true],
  ['sign_in_expired', true],
  ['<script>', false],
  [undefined, false],
])('isEndReason(%j) is %j', (value, expected) => expect(isEndReason(value)).toBe(expected));

/** The Rust tests compare the same file with the enum of the server. */
describe('PROBLEM_CODES', () => {
  const published = errorCodes.map(({ code }) => code);

  it('contain each code that the server publishes', () => {
    const codes: readonly string[] = PROBLEM_CODES;
    expect(published.filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('contain no code that the server does not publish', () => {
    expect(PROBLEM_CODES.filter((code) => !published.includes(code))).toEqual([]);
  });

  it('contain each code once', () => {
    expect(new Set(PROBLEM_CODES).size).toBe(PROBLEM_CODES.length);
  });
});

/** The Rust tests compare the same file with the enum of the server. */
it('SESSION_END_REASONS are the reasons that the server publishes', () => {
  expect([...SESSION_END_REASONS].sort()).toEqual([...endReasons].sort());
});

it('REDIRECT_CODES are the codes of redirects that the server publishes', () => {
  const redirects = errorCodes.filter(({ redirect }) => redirect).map(({ code }) => code);
  expect([...REDIRECT_CODES].sort()).toEqual(redirects.sort());
});
