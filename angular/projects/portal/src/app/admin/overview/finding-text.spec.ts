import arabic from '../text/overview/arabic';
import english from '../text/overview/english';
import french from '../text/overview/french';
import german from '../text/overview/german';
import spanish from '../text/overview/spanish';
import { FINDINGS } from '../text/overview';
import type { Finding, LeftOut } from './figures';
import { leftOutText, sentenceOf, titleOf } from './finding-text';
import type { Writing } from './writing';

const LANGUAGES = { arabic, english, french, german, spanish };
const writing: Writing = { number: (value) => `#${value}`, time: (value) => `at ${value}` };
/** Without the characters that isolate names. */
const plain = (text: string | null) => text?.replaceAll(/[\u2068\u2069]/g, '') ?? null;

const finding = (code: string, details: Finding['details']): Finding => ({
  code,
  details,
  text: 'in English',
  next: 'vestibule events verify',
});

const FOUND: readonly [Finding, readonly string[]][] = [
  [finding('role_changes', { kind: 'count', count: 3 }), ['#3']],
  [
    finding('password_spraying', {
      kind: 'network',
      network: '203.0.113.0/24',
      failures: 13,
      accounts: 12,
      signedIn: 1,
    }),
    ['203.0.113.0/24', '#13', '#12', '#1'],
  ],
  [
    finding('password_spraying', { kind: 'passwords', wrong: 160, correct: 10, networks: 9 }),
    ['#160', '#10', '#9'],
  ],
  [
    finding('account_from_many_networks', {
      kind: 'account',
      userId: '0199',
      failures: 7,
      networks: 6,
    }),
    ['0199', '#7', '#6'],
  ],
  [
    finding('provider_refusals', {
      kind: 'provider',
      provider: 'okta',
      refused: 21,
      accepted: 2,
      reason: 'provider_error',
    }),
    ['okta', '#21', '#2', 'provider_error'],
  ],
  [
    finding('administrators', { kind: 'administrator', userId: '0199', at: '2026', by: 'cli' }),
    ['0199', 'at 2026', 'cli'],
  ],
];

describe.each(Object.entries(LANGUAGES))('a finding in %s', (_language, text) => {
  it.each(FOUND)('has all values: %j', (found, values) => {
    const sentence = plain(sentenceOf(found, text, writing));
    for (const value of values) expect(sentence).toContain(value);
    expect(sentence).not.toMatch(/undefined|null|in English/);
  });

  it('has a title for each code, and advice where the number alone says nothing', () => {
    for (const code of FINDINGS) expect(titleOf(code, text)).not.toBe(code);
    const altered = sentenceOf(
      finding('events_altered', { kind: 'count', count: 1 }),
      text,
      writing,
    );
    expect(altered).toBe(`${text.details.count({ count: '#1' })} ${text.advice.events_altered}`);
  });

  it('names a login through a provider', () => {
    const details = { kind: 'administrator', userId: '0199', at: '2026', by: null } as const;
    expect(sentenceOf(finding('administrators', details), text, writing)).toContain(text.byLogin);
  });

  it.each<[LeftOut, readonly string[]]>([
    [{ kind: 'events', read: 50000, since: '2026' }, ['#50000', 'at 2026']],
    [{ kind: 'events', read: 0, since: null }, ['#0']],
    [{ kind: 'users', checked: 500, of: 700 }, ['#500', '#700']],
    [{ kind: 'findings', code: 'password_spraying', listed: 100, of: 101 }, ['#100', '#101']],
  ])('says what is left out: %j', (left, values) => {
    const note = plain(leftOutText(left, text, writing));
    for (const value of values) expect(note).toContain(value);
    expect(note).not.toMatch(/undefined|null|password_spraying/);
  });
});

describe('a finding of a newer server', () => {
  it('has its code as title and no sentence', () => {
    expect(titleOf('quantum_attack', english)).toBe('quantum_attack');
    const details = { kind: 'qubits', count: 3 } as unknown as Finding['details'];
    expect(sentenceOf(finding('quantum_attack', details), english, writing)).toBeNull();
    const left = { kind: 'qubits' } as unknown as LeftOut;
    expect(leftOutText(left, english, writing)).toBeNull();
  });

  it('has the number also without advice', () => {
    const found = finding('quantum_attack', { kind: 'count', count: 3 });
    expect(sentenceOf(found, german, writing)).toBe('Anzahl: #3.');
  });
});

describe('the texts of the findings', () => {
  it('are not in English in other languages', () => {
    for (const text of [arabic, french, german, spanish]) {
      for (const [found] of FOUND)
        expect(sentenceOf(found, text, writing)).not.toBe(sentenceOf(found, english, writing));
      expect(Object.keys(text.advice)).toEqual(Object.keys(english.advice));
    }
  });
});
