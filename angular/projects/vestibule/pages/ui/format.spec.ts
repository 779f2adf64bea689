import { formatDuration } from './duration';
import { formatAuthentication, formatTime } from './format';

it.each([
  [0, '0 s'],
  [42, '42 s'],
  [89, '89 s'],
  [125, '2 min 5 s'],
  [13_200, '3 h 40 min'],
])('formats %d seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it.each([
  ['password', ['pwd'], null, 'Password'],
  ['password', ['pwd', 'otp', 'mfa'], null, 'Password, then authenticator app'],
  ['federated', [], 'okta', 'Okta'],
  ['federated', ['fed', 'otp', 'mfa'], 'Okta', 'Okta, then authenticator app'],
  ['federated', ['fed'], null, 'A sign-in provider'],
  ['passkey', [], null, 'Passkey'],
  ['password', ['pwd', 'xyz'], null, 'Password, then xyz'],
  [null, [], null, ''],
] as const)('formats the authentication %s %j %s', (method, amr, provider, text) =>
  expect(formatAuthentication(method, amr, provider)).toBe(text),
);

it('adds the day if it is not today', () => {
  const now = new Date(2026, 10, 22, 12, 0);
  expect(formatTime(new Date(2026, 10, 22, 18, 5), now)).toMatch(/^0?6:05|^18:05/);
  expect(formatTime(new Date(2026, 10, 23, 6, 0), now)).toContain('Monday');
});
