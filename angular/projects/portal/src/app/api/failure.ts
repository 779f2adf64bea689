import { isOutage, problemOf } from 'vestibule';
import { SENTENCES, UNREACHABLE } from './sentences';

/** A failed request, as a page shows it. */
export interface Failure {
  readonly code: string | null;
  readonly text: string;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter: number | null;
}

/** Returns the failure of a request. Sentences of `more` take precedence over the general ones. */
export function failureOf(error: unknown, more: Readonly<Record<string, string>> = {}): Failure {
  const problem = problemOf(error);
  if (!problem) {
    const text = isOutage(error) ? UNREACHABLE : SENTENCES.internal;
    return { code: null, text, retryAfter: null };
  }
  return {
    code: problem.code,
    text: (sentenceOf(problem.code, more) ?? problem.detail) || SENTENCES.internal,
    retryAfter: problem.retryAfter ?? null,
  };
}

function sentenceOf(code: string, more: Readonly<Record<string, string>>): string | undefined {
  const all: Readonly<Record<string, string>> = { ...SENTENCES, ...more };
  // A code such as `toString` must not find a member of the prototype.
  return Object.hasOwn(all, code) ? all[code] : undefined;
}
