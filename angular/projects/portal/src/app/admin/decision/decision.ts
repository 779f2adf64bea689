/** What the server recorded or computed about a federated login. */
export interface Decision {
  /** A value of `outcomes` in the texts; a newer server has others. */
  readonly outcome: string;
  /** The code of a refusal. */
  readonly code: string | null;
  readonly rule: string | null;
  readonly needed: string | null;
  readonly users: readonly string[];
  /** Kinds of second factors of the user. `null`: the server did not say it. */
  readonly secondFactors: readonly string[] | null;
  readonly provider: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly email: string | null;
  /** `null`: the server did not say it. */
  readonly emailVerified: boolean | null;
  readonly trustedForDomain: boolean | null;
  readonly warnings: readonly string[];
  readonly claims: readonly Row[];
  readonly changes: readonly Change[];
}

/** A claim, in JSON notation: the text `"true"` and the value `true` decide differently. */
export interface Row {
  readonly name: string;
  readonly value: string;
}

export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Returns the decision in the details of an audit event, in an explanation or in a test login. `null`: they have none. */
export function decisionOf(details: unknown): Decision | null {
  const trace = objectOf(typeof details === 'string' ? parsed(details) : details);
  if (!trace) return null;
  const decided = objectOf(trace['decision']);
  const failure = textOf(trace['failure']);
  if (!decided && failure === null) return null;
  return {
    outcome: textOf(decided?.['outcome']) ?? 'failed',
    code: textOf(decided?.['code']),
    rule: textOf(decided?.['rule']) ?? failure,
    needed: textOf(decided?.['needed']),
    users: textsOf(decided?.['users'] ?? [decided?.['user']]),
    secondFactors: Array.isArray(trace['secondFactors']) ? textsOf(trace['secondFactors']) : null,
    provider: textOf(trace['provider']),
    issuer: textOf(trace['issuer']),
    subject: textOf(trace['subject']),
    email: textOf(trace['email']),
    emailVerified: booleanOf(trace['emailVerified']),
    trustedForDomain: booleanOf(trace['trustedForDomain']),
    warnings: textsOf(trace['warnings']),
    claims: rowsOf(trace['claims']),
    changes: changesOf(objectOf(trace['changes'])),
  };
}

/** Returns the members of an object, in JSON notation. */
export function rowsOf(value: unknown): readonly Row[] {
  return Object.entries(objectOf(value) ?? {}).map(([name, claim]) => ({
    name,
    value: JSON.stringify(claim),
  }));
}

/** Returns the object that a text holds, or `null`. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Details can be a plain text, for example the start of a typed user name.
    return null;
  }
}

function changesOf(changes: Json | null): readonly Change[] {
  const [before, after] = [objectOf(changes?.['before']) ?? {}, objectOf(changes?.['after']) ?? {}];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const shown = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));
  return [...names].map((name) => ({
    name,
    before: shown(before[name]),
    after: shown(after[name]),
  }));
}

function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((each: unknown): each is string => typeof each === 'string')
    : [];
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
