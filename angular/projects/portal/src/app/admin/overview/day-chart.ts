import { Component, computed, inject, input } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { overviewText } from '../text/overview';
import { DownloadLink } from '../ui/download-link';
import { Day, HEIGHT, WIDTH, axisEnd, barsOf, highest, totals } from './day-bars';

let count = 0;

/** Numbers per day as columns, with the same numbers as a table and as a CSV file. */
@Component({
  selector: 'app-day-chart',
  imports: [DownloadLink, Each],
  templateUrl: './day-chart.html',
  styleUrls: ['../ui/table.css', './day-chart.css'],
})
export class DayChart {
  private readonly locale = inject(Language).locale;
  protected readonly text = overviewText.inject();

  readonly heading = input.required<string>();
  readonly help = input('');
  /** The names of the series, the lowest part of a column first. */
  readonly series = input.required<readonly string[]>();
  readonly days = input.required<readonly Day[]>();
  readonly csv = input.required<string>();

  protected readonly id = `admin-chart-${++count}`;
  protected readonly viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  protected readonly width = WIDTH;
  protected readonly lines = [0, HEIGHT / 2, HEIGHT];
  protected readonly bars = computed(() => barsOf(this.days()));
  protected readonly end = computed(() => this.number(axisEnd(highest(this.days()))));
  protected readonly first = computed(() => this.dayName(this.days()[0]?.day));
  protected readonly last = computed(() => this.dayName(this.days().at(-1)?.day));
  /** The series with their sums: legend, and the text for users who do not see the columns. */
  protected readonly legend = computed(() => {
    const sums = totals(this.days(), this.series().length);
    return this.series().map((name, index) => ({
      index,
      name,
      sum: this.number(sums[index] ?? 0),
    }));
  });
  protected readonly summary = computed(() =>
    [this.heading(), ...this.legend().map(({ name, sum }) => `${name}: ${sum}`)].join('. '),
  );
  /** The newest day first. */
  protected readonly rows = computed(() =>
    this.days()
      .map(({ day, values }) => ({
        name: this.dayName(day),
        values: values.map((value, index) => ({
          value: this.number(value),
          label: this.series()[index] ?? '',
        })),
      }))
      .reverse(),
  );

  private number(value: number): string {
    return new Intl.NumberFormat(this.locale()).format(value);
  }

  /** The service counts days in UTC. */
  private dayName(day: string | undefined): string {
    if (day === undefined) return '';
    const format = new Intl.DateTimeFormat(this.locale(), { dateStyle: 'medium', timeZone: 'UTC' });
    return format.format(new Date(day));
  }
}
