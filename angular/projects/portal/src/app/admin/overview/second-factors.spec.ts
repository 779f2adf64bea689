import { rowsOf } from './second-factors';

describe('the second factors of the overview', () => {
  it('have shares of all users, the strongest kind first', () => {
    expect(rowsOf({ recovery: 4, email: 0, sms: 1, totp: 2, passkey: 5 }, 10)).toEqual([
      { kind: 'passkey', count: 5, share: 0.5 },
      { kind: 'totp', count: 2, share: 0.2 },
      { kind: 'sms', count: 1, share: 0.1 },
      { kind: 'email', count: 0, share: 0 },
      { kind: 'recovery', count: 4, share: 0.4 },
    ]);
  });

  it('have no share without users, and none above all users', () => {
    const kinds = { recovery: 0, email: 0, sms: 0, totp: 0, passkey: 3 };
    expect(rowsOf(kinds, 0).map(({ share }) => share)).toEqual([0, 0, 0, 0, 0]);
    expect(rowsOf(kinds, 2)[0]?.share).toBe(1);
  });
});
