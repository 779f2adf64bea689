/** The values of one day: one number for each series. */
export interface Day {
  readonly day: string;
  readonly values: readonly number[];
}

/** A part of a column of the chart, in the units of its `viewBox`. */
export interface Bar {
  readonly series: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Size of the `viewBox`. The chart is stretched to the width of the page. */
export const [WIDTH, HEIGHT] = [720, 160];
/** Space between two parts of a column, so that they differ without colour. */
const GAP = 1;

/** Returns the smallest of 1, 2, 5, 10, 20, 50… that is not below the value: the upper end of the axis. */
export function axisEnd(value: number): number {
  for (let power = 1; ; power *= 10) {
    const end = [1, 2, 5].map((step) => step * power).find((each) => each >= value);
    if (end !== undefined) return end;
  }
}

/** Returns the highest sum of a day. */
export function highest(days: readonly Day[]): number {
  return Math.max(0, ...days.map(sum));
}

/** Returns the stacked columns of the chart, the first series at the bottom. */
export function barsOf(days: readonly Day[]): readonly Bar[] {
  const end = axisEnd(highest(days));
  const slot = WIDTH / Math.max(1, days.length);
  const space = Math.min(4, slot / 5);
  return days.flatMap(({ values }, day) => {
    let top = HEIGHT;
    return values.flatMap((value, series) => {
      if (value <= 0) return [];
      // A day with one failure among thousands of logins must not look like a day without.
      const height = Math.max(2, (value / end) * HEIGHT);
      const gap = top === HEIGHT ? 0 : GAP;
      top = Math.max(0, top - height);
      return [
        { series, x: day * slot + space / 2, y: top, width: slot - space, height: height - gap },
      ];
    });
  });
}

/** Returns the sums of the series. */
export function totals(days: readonly Day[], series: number): readonly number[] {
  return Array.from({ length: series }, (_, index) =>
    days.reduce((total, { values }) => total + (values[index] ?? 0), 0),
  );
}

function sum({ values }: Day): number {
  return values.reduce((total, value) => total + value, 0);
}
