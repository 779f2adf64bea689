import { Problem, isOutage, problemOf } from '@vestibule/angular';
import { CSRF_SENTENCES, SENTENCES, UNREACHABLE } from './sentences';

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
    text:
      (csrfSentenceOf(problem) ?? sentenceOf(problem.code, more) ?? problem.detail) ||
      SENTENCES.internal,
    retryAfter: problem.retryAfter ?? null,
  };
}

function csrfSentenceOf({ code, reason, expected }: Problem): string | undefined {
  if (code !== 'csrf_failed') return undefined;
  const sentence = new Map(Object.entries(CSRF_SENTENCES)).get(reason ?? '');
  return sentence?.endsWith(' ') ? `${sentence}${expected ?? ''}` : sentence;
}

function sentenceOf(code: string, more: Readonly<Record<string, string>>): string | undefined {
  const all: Readonly<Record<string, string>> = { ...SENTENCES, ...more };
  // A code such as `toString` must not find a member of the prototype.
  return Object.hasOwn(all, code) ? all[code] : undefined;
}
