import english from '../../text/user/english';
import { detailsOf, traceSentences } from './linking-trace';

const sentences = (details: object) =>
  traceSentences(english, detailsOf(JSON.stringify(details))).map((sentence) =>
    sentence.replace(/[\u2068\u2069]/g, ''),
  );

it('says what the provider sent and what the service decided', () => {
  expect(
    sentences({
      email: 'ada@corp.example',
      emailVerified: true,
      trustedForDomain: true,
      decision: { outcome: 'link', user: 'a1' },
    }),
  ).toEqual([
    'The provider sent the address ada@corp.example as verified.',
    'The settings trust the provider for this domain.',
    'The address is verified on both sides, so the identity was linked to this account.',
  ]);
});

it('says what would change a refusal, and shows an unknown outcome as it is', () => {
  const refused = sentences({ email: null, decision: { outcome: 'refuse', needed: 'a proof' } });
  expect(refused).toEqual([
    'The provider sent no address.',
    'The sign-in was refused.',
    'What would change this: a proof',
  ]);
  expect(sentences({ email: null, decision: { outcome: 'toString' } })).toContain('toString');
});

it.each([null, 'displayName', '{"provider":"okta"}', '[1]', '{broken'])(
  'finds no trace in %s',
  (details) => {
    expect(traceSentences(english, detailsOf(details))).toEqual([]);
  },
);
