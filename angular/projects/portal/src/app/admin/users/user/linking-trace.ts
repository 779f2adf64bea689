import type { UserTexts } from '../../text/user';

/** The trace of a linking decision, in the details of an audit event. A newer service may write other members. */
interface Trace {
  readonly email?: unknown;
  readonly emailVerified?: unknown;
  readonly trustedForDomain?: unknown;
  readonly decision?: { readonly outcome?: unknown; readonly needed?: unknown };
}

/** Returns the details of an event as an object; `null` if they are a text, or none. */
export function detailsOf(details: string | null): object | null {
  try {
    const value: unknown = JSON.parse(details ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Returns in plain words why a federated login opened this account: what the provider sent, and what the service decided. */
export function traceSentences(text: UserTexts, details: object | null): readonly string[] {
  const { email, emailVerified, trustedForDomain, decision } = (details ?? {}) as Trace;
  if (typeof decision?.outcome !== 'string') return [];
  const { outcome, needed } = decision;
  return [
    typeof email === 'string' ? text.traceEmail(email, emailVerified === true) : text.traceNoEmail,
    ...(typeof email === 'string' && typeof trustedForDomain === 'boolean'
      ? [text.traceTrusted(trustedForDomain)]
      : []),
    ...(Object.hasOwn(text.outcomes, outcome) ? [text.outcomes[outcome] ?? ''] : [outcome]),
    ...(typeof needed === 'string' ? [text.needed(needed)] : []),
  ];
}
