import { fromLocal, toLocal } from './local-time';

describe('the time of a filter', () => {
  it('is in the zone of the browser in the field, and UTC in the URL', () => {
    const time = new Date(2026, 2, 29, 4, 5).toISOString();
    expect(toLocal(time)).toBe('2026-03-29T04:05');
    expect(fromLocal('2026-03-29T04:05')).toBe(time);
  });

  it('has each year that the keyboard enters on the way to another one', () => {
    for (const value of ['0002-03-29T04:05', '0020-03-29T04:05', '0202-03-29T04:05'])
      expect(toLocal(fromLocal(value))).toBe(value);
  });

  it.each(['', 'yesterday', '2026-99-99T00:00'])('ignores %j', (value) => {
    expect(fromLocal(value)).toBe('');
    expect(toLocal(value)).toBe('');
  });
});
