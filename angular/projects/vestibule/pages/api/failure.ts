import { Problem, isOutage, problemOf } from '@vestibule/angular';
import type { Message, Translate } from '../text/texts';
import type { RequestErrorCode } from './codes';

/** A failed request, as a page shows it. */
export interface Failure {
  readonly code: string | null;
  readonly text: Message;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter: number | null;
}

/** Returns the failure of a request. */
export function failureOf(error: unknown): Failure {
  const problem = problemOf(error);
  if (!problem) {
    const key = isOutage(error) ? 'failure.unreachable' : 'error.internal';
    return { code: null, text: (text) => text(key), retryAfter: null };
  }
  return {
    code: problem.code,
    text: (text) => sentencesOf(problem, text).join(' '),
    retryAfter: problem.retryAfter ?? null,
  };
}

function sentencesOf(problem: Problem, text: Translate): string[] {
  const { code, attemptsLeft, requestId } = problem;
  const sentences = [
    (csrfSentenceOf(problem, text) ?? text(`error.${code as RequestErrorCode}`)) ||
      // A newer server has codes that these texts do not have.
      problem.detail ||
      text('error.internal'),
  ];
  if (attemptsLeft !== undefined) sentences.push(text('failure.attemptsLeft', attemptsLeft));
  if (code === 'internal' && requestId) sentences.push(text('failure.requestId', requestId));
  return sentences;
}

/** Returns the cause of `csrf_failed` if the page has not just expired. */
function csrfSentenceOf(problem: Problem, text: Translate): string | undefined {
  if (problem.code !== 'csrf_failed') return undefined;
  switch (problem.reason) {
    case 'origin':
    case 'fetchSite':
      return text('failure.wrongAddress', problem.expected ?? '');
    case 'cookieMissing':
      return text('failure.cookiesBlocked');
    default:
      return undefined;
  }
}
