import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { isOutage, problemOf } from './problem';
import { isEndReason } from './api-types';

const failure = (status: number, error: unknown, headers = {}) =>
  new HttpErrorResponse({ status, error, headers: new HttpHeaders(headers) });

describe('a failed request', () => {
  it('carries the problem of the API', () => {
    const problem = problemOf(
      failure(401, { code: 'session_ended', reason: 'idle', detail: 'Sign in again.' }),
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
  ])('says when to try again: %j %j', (body, headers, expected) =>
    expect(problemOf(failure(503, body, headers))?.retryAfter).toBe(expected),
  );

  it.each([null, '', '<html>Bad gateway</html>', [], { message: 'no' }, { code: 7 }])(
    'has no problem in %j',
    (body) => expect(problemOf(failure(502, body))).toBeNull(),
  );

  it('is an outage when nobody answered, and no outage when somebody refused', () => {
    expect([0, 500, 503, 504].map((status) => isOutage(failure(status, null)))).not.toContain(
      false,
    );
    expect([400, 401, 403, 429].map((status) => isOutage(failure(status, null)))).not.toContain(
      true,
    );
    expect(isOutage(new Error('ours'))).toBe(false);
  });
});

it.each([
  ['idle', true],
  ['sign_in_expired', true],
  ['<script>', false],
  [undefined, false],
])('knows whether %j is a reason of an end', (value, expected) =>
  expect(isEndReason(value)).toBe(expected),
);
