import fixture from '../../../../tests/fixtures/return-paths.json';
import { returnPath } from './return-path';

interface Case {
  readonly input: string;
  readonly then?: { readonly text: string; readonly times: number };
  readonly accepted: boolean;
  readonly acceptedByLibrary?: boolean;
  readonly why: string;
}

const cases = (fixture.cases as Case[]).map((entry) => ({
  name: JSON.stringify(entry.input) + (entry.then ? ` + ${entry.then.times} characters` : ''),
  input: entry.input + (entry.then?.text.repeat(entry.then.times) ?? ''),
  accepted: entry.acceptedByLibrary ?? entry.accepted,
  why: entry.why,
}));

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
