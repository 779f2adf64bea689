import { clockTime, duration, signInWords } from './format';

it.each([
  [0, '0 s'],
  [42, '42 s'],
  [89, '89 s'],
  [125, '2 min 5 s'],
  [13_200, '3 h 40 min'],
])('says %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text));

it.each([
  ['password', ['pwd'], null, 'Password'],
  ['password', ['pwd', 'otp', 'mfa'], null, 'Password, then authenticator app'],
  ['federated', [], 'okta', 'Through okta'],
  ['federated', ['fed', 'otp', 'mfa'], 'Okta', 'Through Okta, then authenticator app'],
  ['federated', ['fed'], null, 'Through a sign-in provider'],
  ['passkey', [], null, 'Passkey'],
  ['password', ['pwd', 'xyz'], null, 'Password, then xyz'],
  [null, [], null, ''],
] as const)('says how somebody signed in: %s %j %s', (method, amr, provider, text) =>
  expect(signInWords(method, amr, provider)).toBe(text),
);

it('names the day when it is not today', () => {
  const now = new Date(2026, 10, 22, 12, 0);
  expect(clockTime(new Date(2026, 10, 22, 18, 5), now)).toMatch(/^0?6:05|^18:05/);
  expect(clockTime(new Date(2026, 10, 23, 6, 0), now)).toContain('Monday');
});
