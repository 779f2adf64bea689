import { Problem, problemOf } from '@vestibule/angular';
import { Failure } from '../api/failure';
import { CodeMethod, isMessageMethod } from './code-field';

/**
 * Returns why a code was refused, if more is known than that it was: the clock of the phone is wrong, or the code that came by
 * message has expired. `expiresAt`: of that code, in milliseconds; `null` if it is unknown.
 */
export function codeFailureOf(
  error: unknown,
  method: CodeMethod,
  expiresAt: number | null,
): Failure | null {
  const problem = problemOf(error);
  if (problem?.code !== 'code_invalid') return null;
  return isMessageMethod(method) ? messageFailure(problem, expiresAt) : clockFailure(problem);
}

/** The code is right for another time: a wrong clock is the cause, and not a wrong code. */
function clockFailure({ clockSkewSeconds: skew }: Problem): Failure | null {
  if (!skew) return null;
  const key = skew > 0 ? 'failure.clockAhead' : 'failure.clockBehind';
  const minutes = Math.max(1, Math.round(Math.abs(skew) / 60));
  return { code: 'code_invalid', text: (text) => text(key, minutes), retryAfter: null };
}

/** No next code follows by itself, as in an app: the user must have one sent. */
function messageFailure({ attemptsLeft }: Problem, expiresAt: number | null): Failure {
  const hasExpired = expiresAt !== null && expiresAt <= Date.now();
  return {
    code: 'code_invalid',
    text: (text) => {
      const cause = text(hasExpired ? 'messageCode.expired' : 'messageCode.wrong');
      if (attemptsLeft !== undefined)
        return `${cause} ${text('failure.attemptsLeft', attemptsLeft)}`;
      return hasExpired ? cause : `${cause} ${text('messageCode.wrongLimit')}`;
    },
    retryAfter: null,
  };
}
