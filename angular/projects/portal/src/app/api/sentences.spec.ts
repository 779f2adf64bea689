import { HttpErrorResponse } from '@angular/common/http';
import { PROBLEM_CODES, SESSION_END_REASONS } from 'vestibule';
import { ACCOUNT_SENTENCES, accountFailureOf } from './account-sentences';
import { failureOf } from './failure';
import {
  FEDERATED_SENTENCES,
  SIGNED_IN_FEDERATED_SENTENCES,
  federatedErrorSentence,
} from './federated-sentences';
import { END_SENTENCES, SENTENCES, UNREACHABLE } from './sentences';

/** The published codes, as the contract lists them. */
const PUBLISHED = `
  invalid_request code_invalid password_rejected password_wrong token_invalid
  not_signed_in invalid_credentials second_factor_required enrolment_required session_ended
  csrf_failed forbidden reauthentication_required
  not_found no_pending_link method_not_allowed
  handle_taken identity_in_use link_account_mismatch last_way_in factor_required no_pending_enrolment
  revision_stale too_large unsupported_media_type too_many_attempts
  internal busy store_unavailable timeout
  provider_unknown provider_unavailable provider_error provider_response_invalid access_denied
  login_expired signup_not_allowed account_disabled link_ambiguous identity_unlinked link_refused
  reauthentication_refused
`
  .trim()
  .split(/\s+/);

const failed = (status: number, error: unknown) =>
  failureOf(new HttpErrorResponse({ status, error }));

describe('the sentences', () => {
  it('are there for every published code, and for no other', () => {
    expect([...PROBLEM_CODES].sort()).toEqual([...PUBLISHED].sort());
    const written = [SENTENCES, ACCOUNT_SENTENCES, FEDERATED_SENTENCES].flatMap((all) =>
      Object.keys(all),
    );
    expect([...new Set(written)].sort()).toEqual([...PUBLISHED].sort());
  });

  it('are there for every reason a session ends for', () => {
    expect(Object.keys(END_SENTENCES)).toEqual([...SESSION_END_REASONS, 'sign_in_expired']);
  });

  it('are sentences, without blame or exclamation', () => {
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

  it('do not tell an unknown user from a wrong password', () => {
    expect(SENTENCES.invalid_credentials).toBe(
      'The user name or the password is not right. Check both and try again.',
    );
  });

  it('say what to do next after every refusal', () => {
    expect(Object.keys(FEDERATED_SENTENCES)).toEqual(PUBLISHED.slice(-12));
    for (const text of [
      ...Object.values(FEDERATED_SENTENCES),
      ...Object.values(SIGNED_IN_FEDERATED_SENTENCES),
    ]) {
      expect(text).toMatch(/\b(Choose|Try again|Start again|Ask your administrator|Sign in)\b/);
    }
  });

  it('say what to do next after every failed request, or the time until the next try does', () => {
    const timed = ['too_many_attempts', 'busy', 'store_unavailable'];
    const steps =
      /(?:^|[.:;] )(?:Ask|Cancel|Check|Choose|Enter|Finish|If|Reload|Set up|Shorten|Sign|Start|Try|Wait) /;
    for (const [code, text] of [SENTENCES, ACCOUNT_SENTENCES].flatMap((all) =>
      Object.entries<string>(all),
    )) {
      if (!timed.includes(code)) expect(text).toMatch(steps);
    }
  });

  it('do not promise that an administrator undoes what somebody has disconnected', () => {
    expect(FEDERATED_SENTENCES.identity_unlinked).toContain(
      'connect it again under “Ways to sign in”',
    );
  });

  it('say of a sign-in that is not valid any more all that may be the reason', () => {
    for (const text of [
      FEDERATED_SENTENCES.login_expired,
      SIGNED_IN_FEDERATED_SENTENCES.login_expired,
    ]) {
      expect(text).toMatch(
        /too long, was used already, .* another browser, or your provider has ended it/,
      );
    }
  });

  it.each(['moon_phase', 'invalid_credentials', 'toString', '__proto__', '', null])(
    'have a general one for the refusal %j',
    (code) => expect(federatedErrorSentence(code)).toMatch(/^Start again/),
  );

  it('send nobody to sign in who is signed in', () => {
    for (const code of Object.keys(SIGNED_IN_FEDERATED_SENTENCES)) {
      expect(federatedErrorSentence(code, true)).not.toBe(federatedErrorSentence(code));
      expect(federatedErrorSentence(code, true)).not.toMatch(/this page|sign in/i);
    }
    expect(federatedErrorSentence('link_refused', true)).toBe(FEDERATED_SENTENCES.link_refused);
  });

  it('have another one for a provider that is down when no address leads back', () => {
    const error = new HttpErrorResponse({ status: 503, error: { code: 'provider_unavailable' } });
    expect(accountFailureOf(error).text).toContain('Nothing was changed');
    expect(
      accountFailureOf(new HttpErrorResponse({ status: 429, error: { code: 'too_many_attempts' } }))
        .text,
    ).toBe('Too many attempts.');
  });

  it('take the detail of a problem whose code is newer than this page', () => {
    expect(failed(409, { code: 'moon_phase', detail: 'Wait for the full moon.' }).text).toBe(
      'Wait for the full moon.',
    );
  });

  it.each(['toString', '__proto__', 'constructor'])('do not take %s for a code', (code) => {
    expect(failed(409, { code, detail: 'Detail.' }).text).toBe('Detail.');
  });

  it.each([
    [0, null],
    [502, '<html>Bad gateway</html>'],
  ])('say that the server was not reached (%d), not that something was wrong', (status, body) => {
    expect(failed(status, body).text).toBe(UNREACHABLE);
  });
});
