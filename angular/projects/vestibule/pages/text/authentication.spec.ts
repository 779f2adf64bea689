import { TestBed } from '@angular/core/testing';
import { Translate } from './texts';
import { authenticationText } from './authentication';
import { TEXT } from './text-loader';

describe('the authentication', () => {
  let text: Translate;

  beforeEach(() => (text = TestBed.inject(TEXT)));

  it.each([
    ['password', ['pwd'], null, 'Password'],
    ['password', ['pwd', 'otp', 'mfa'], null, 'Password, then authenticator app'],
    ['password', ['pwd', 'recovery'], null, 'Password, then recovery code'],
    ['federated', [], 'okta', 'Okta'],
    ['federated', ['fed', 'otp', 'mfa'], 'Okta', 'Okta, then authenticator app'],
    ['federated', ['fed'], null, 'A sign-in provider'],
    ['passkey', [], null, 'Passkey'],
    ['passkey', ['hwk', 'user'], null, 'Passkey'],
    ['password', ['pwd', 'swk', 'user'], null, 'Password, then passkey'],
    ['password', ['pwd', 'xyz', 'toString'], null, 'Password, then xyz, then toString'],
    [null, [], null, ''],
  ] as const)('of %s %j %s is a sentence', (method, amr, provider, sentence) =>
    expect(authenticationText(text, method, amr, provider)).toBe(sentence),
  );
});
