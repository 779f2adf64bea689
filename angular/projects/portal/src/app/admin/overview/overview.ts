import { Component, computed, effect, inject, untracked } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { overviewText } from '../text/overview';
import { FilterSelect } from '../ui/filter-select';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { DayChart } from './day-chart';
import { Figures } from './figures';
import { LoginMethods } from './login-methods';
import { LookFirst } from './look-first';
import { SecondFactors } from './second-factors';
import { uncountedText } from './uncounted-text';
import { injectWriting, notesOf } from './writing';

/** Days before now. The service counts at most 366. */
const PERIODS = [7, 30, 90];
const INITIAL = '30';

/** The first page of the console: what to look at first, and the figures of the last days. */
@Component({
  selector: 'app-overview',
  imports: [DayChart, Each, FilterSelect, ListState, LoginMethods, LookFirst, SecondFactors],
  templateUrl: './overview.html',
  styleUrls: ['../ui/page.css', './overview.css'],
})
export class Overview {
  private readonly api = inject(AdminApi);
  private readonly locale = inject(Language).locale;
  private readonly url = inject(ListUrl);
  private readonly writing = injectWriting();
  protected readonly text = overviewText.inject();

  protected readonly initial = INITIAL;
  protected readonly figures = new Latest<Figures>();
  private readonly days = computed(() => this.url.params()['days'] ?? INITIAL);
  protected readonly periods = computed(() =>
    PERIODS.map((days) => ({ value: String(days), label: this.text().days(days) })),
  );
  protected readonly since = computed(() => {
    const since = this.figures.value()?.since;
    return since === undefined ? '' : this.writing().time(since);
  });
  protected readonly tiles = computed(() => {
    const figures = this.figures.value();
    if (!figures) return [];
    const { users, sessions, locks } = figures;
    const text = this.text();
    const { number } = this.writing();
    const names = Object.keys(text.users) as (keyof typeof text.users)[];
    const ofUsers = names.map((name) => ({
      label: text.users[name],
      value: number(users[name]),
      share: name === 'total' ? '' : text.ofUsers(this.share(users[name], users.total)),
    }));
    return [
      ...ofUsers,
      { label: text.sessions, value: number(sessions.active), share: '' },
      { label: text.locks, value: number(locks), share: '' },
    ];
  });
  protected readonly leftOut = computed(() =>
    notesOf(this.figures.value(), (left) => uncountedText(left, this.text(), this.writing())),
  );
  // A list in the template would add 0.1 kB to the first view.
  protected readonly results = computed(() => [this.text().success, this.text().failure]);
  protected readonly counted = computed(() => [this.text().count]);
  protected readonly logins = computed(() =>
    (this.figures.value()?.logins ?? []).map(({ day, success, failure }) => ({
      day,
      values: [success, failure],
    })),
  );
  protected readonly newUsers = computed(() =>
    (this.figures.value()?.newUsers ?? []).map(({ day, count }) => ({ day, values: [count] })),
  );

  constructor() {
    effect(() => {
      this.days();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    void this.figures.run(() => this.api.get('/overview', { days: this.days() }));
  }

  protected csv(chart: string): string {
    return this.api.url('/overview/export', { chart, days: this.days() });
  }

  private share(part: number, all: number): string {
    const format = new Intl.NumberFormat(this.locale(), { style: 'percent' });
    return format.format(all === 0 ? 0 : part / all);
  }
}
