import { decisionOf } from './decision';

describe('the decision in the details of an event', () => {
  it('has the rule, the claims in JSON notation and the changes', () => {
    const details = JSON.stringify({
      provider: 'okta',
      email: 'ada@corp.example',
      emailVerified: false,
      claims: { email_verified: 'true', groups: ['a'], other: true },
      decision: { outcome: 'link', user: 'u1', rule: 'r', needed: null },
      changes: { before: { locale: null, roles: ['a'] }, after: { locale: 'de' } },
      warnings: ['userinfo: 503'],
      secondFactors: ['passkey', 'later'],
    });
    expect(decisionOf(details)).toMatchObject({
      outcome: 'link',
      code: null,
      rule: 'r',
      users: ['u1'],
      provider: 'okta',
      emailVerified: false,
      trustedForDomain: null,
      secondFactors: ['passkey', 'later'],
      warnings: ['userinfo: 503'],
      claims: [
        { name: 'email_verified', value: '"true"' },
        { name: 'groups', value: '["a"]' },
        { name: 'other', value: 'true' },
      ],
      changes: [
        { name: 'locale', before: 'null', after: '"de"' },
        { name: 'roles', before: '["a"]', after: '' },
      ],
    });
  });

  it('is a failure if there was none', () => {
    const failed = decisionOf('{"provider":"okta","failure":"invalid_grant"}');
    expect(failed).toMatchObject({ outcome: 'failed', rule: 'invalid_grant', users: [] });
    expect(failed?.secondFactors).toBeNull();
  });

  it.each([[null], ['2 sessions'], ['{"a":1}'], ['[1]'], ['ada"'], [7]])(
    'is not in %j',
    (details) => {
      expect(decisionOf(details)).toBeNull();
    },
  );
});
