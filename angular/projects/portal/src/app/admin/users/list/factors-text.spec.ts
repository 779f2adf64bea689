import english from '../../text/users/english';
import { factorsText } from './users-list';

describe('the second factors in the list of users', () => {
  it.each([
    [false, [], 'Off'],
    [true, ['totp'], 'App'],
    [true, ['passkey', 'totp', 'smsCode', 'emailCode', 'recoveryCode'], 'Passkey, App, SMS, Email'],
    // From a newer service.
    [true, ['carrierPigeon', 'toString'], 'carrierPigeon, toString'],
    [true, [], 'On'],
  ])('of a user with mfaEnabled %s and %j', (mfaEnabled, factors, text) =>
    expect(factorsText(english, { mfaEnabled, factors })).toBe(text),
  );
});
