import { isOutage, problemOf } from 'vestibule';
import { SENTENCES, UNREACHABLE } from './sentences';

/** A failed request as the person hears of it. */
export interface Failure {
  readonly code: string | null;
  readonly text: string;
  /** Seconds until another try makes sense. */
  readonly retryAfter: number | null;
}

export function failureOf(error: unknown): Failure {
  const problem = problemOf(error);
  if (!problem) {
    const text = isOutage(error) ? UNREACHABLE : SENTENCES.internal;
    return { code: null, text, retryAfter: null };
  }
  return {
    code: problem.code,
    text: isKnown(problem.code) ? SENTENCES[problem.code] : problem.detail || SENTENCES.internal,
    retryAfter: problem.retryAfter ?? null,
  };
}

function isKnown(code: string): code is keyof typeof SENTENCES {
  return Object.hasOwn(SENTENCES, code);
}
