import { Day, HEIGHT, WIDTH, axisEnd, barsOf, highest, totals } from './day-bars';

const day = (...values: number[]): Day => ({ day: '2026-11-01', values });

describe('the chart per day', () => {
  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [11, 20],
    [1001, 2000],
  ])('has an axis for %i up to %i', (value, end) => {
    expect(axisEnd(value)).toBe(end);
  });

  it('stacks the series, without a part for zero', () => {
    const bars = barsOf([day(5, 5), day(0, 0), day(10, 0)]);
    expect(bars.map(({ series }) => series)).toEqual([0, 1, 0]);
    const [first, second, last] = bars as [
      Required<(typeof bars)[0]>,
      (typeof bars)[0],
      (typeof bars)[0],
    ];
    expect(first.y + first.height).toBe(HEIGHT);
    expect(second.y + second.height).toBeLessThan(first.y);
    expect(last.y).toBe(0);
    expect(last.x + last.width).toBeLessThan(WIDTH);
  });

  it('shows a single failure among many logins', () => {
    expect(barsOf([day(100_000, 1)])[1]?.height).toBeGreaterThanOrEqual(1);
  });

  it('has no bars without days, and sums', () => {
    expect(barsOf([])).toEqual([]);
    expect(highest([])).toBe(0);
    expect(highest([day(1, 2), day(4, 0)])).toBe(4);
    expect(totals([day(1, 2), day(4, 0)], 2)).toEqual([5, 2]);
  });
});
