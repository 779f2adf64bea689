import fixture from '../../../../tests/fixtures/return-paths.json';
import { returnPath, returnTarget } from './return-path';

interface Case {
  readonly input: string;
  readonly then?: { readonly text: string; readonly times: number };
  readonly accepted: boolean;
  readonly acceptedByLibrary?: boolean;
  readonly becomes?: string;
  readonly why: string;
}

const read = (entry: Case) => ({
  name: JSON.stringify(entry.input) + (entry.then ? ` + ${entry.then.times} characters` : ''),
  input: entry.input + (entry.then?.text.repeat(entry.then.times) ?? ''),
  accepted: entry.acceptedByLibrary ?? entry.accepted,
  becomes: entry.becomes,
  why: entry.why,
});
const cases = (fixture.cases as Case[]).map(read);

/** The Rust tests read the same file: server and library must agree on every case. */
describe('returnPath', () => {
  it.each(cases.filter(({ accepted }) => accepted))('accepts $name: $why', ({ input }) =>
    expect(returnPath(input)).toBe(input),
  );

  it.each(cases.filter(({ accepted }) => !accepted))('rejects $name: $why', ({ input }) =>
    expect(returnPath(input)).toBeNull(),
  );

  it.each([null, undefined, 1, ['/a'], {}])('rejects %j, which is not a string', (value) =>
    expect(returnPath(value)).toBeNull(),
  );
});

describe('returnTarget', () => {
  const { publicOrigin, prefix, allowedOrigins } = fixture.absolute;
  const origins = { origin: publicOrigin, prefix, allowed: allowedOrigins };
  const absolute = (fixture.absolute.cases as Case[]).map(read);

  it.each(absolute.filter(({ accepted }) => accepted))(
    'accepts $name: $why',
    ({ input, becomes }) => expect(returnTarget(input, origins)).toBe(becomes ?? input),
  );

  it.each(absolute.filter(({ accepted }) => !accepted))('rejects $name: $why', ({ input }) =>
    expect(returnTarget(input, origins)).toBeNull(),
  );
});
