import { filtersOf, incompleteFilters } from './filters';

const ID = '01a20508-0f63-708b-b393-7e63c1e1f133';

describe('the filters of the audit page', () => {
  it('come from the URL, without unknown and empty ones', () => {
    const params = { type: 'signOut', user: '', ip: ' 192.0.2.1 ', cursor: 'x', other: '1' };
    expect(filtersOf(params)).toEqual({ type: 'signOut', ip: '192.0.2.1' });
  });

  it.each([
    [{ user: ID, trace: ID, ip: '192.0.2.1', actor: 'cl' }, []],
    [{ ip: '2001:db8::1' }, []],
    [{ ip: '::' }, []],
    [{ ip: '203.0.113.0/24' }, []],
    [{ ip: '203.0.113.0/' }, ['ip']],
    [{ user: ID.slice(1), trace: 'ada' }, ['user', 'trace']],
    [{ ip: '192.0.2.' }, ['ip']],
    [{ ip: '192.0.2.300' }, ['ip']],
    [{ ip: '2001' }, ['ip']],
  ])('of %j are incomplete in %j', (filters, expected) => {
    expect(incompleteFilters(filters)).toEqual(expected);
  });
});
