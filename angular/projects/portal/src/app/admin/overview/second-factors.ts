import { Component, computed, inject, input } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { overviewText } from '../text/overview';
import { DownloadLink } from '../ui/download-link';
import type { FactorKind, Figures } from './figures';

/** How many users have each kind of second factor: a table whose rows have bars. */
@Component({
  selector: 'app-second-factors',
  imports: [DownloadLink, Each],
  templateUrl: './second-factors.html',
  styleUrls: ['../ui/table.css', './day-chart.css', './login-methods.css'],
})
export class SecondFactors {
  private readonly locale = inject(Language).locale;
  protected readonly text = overviewText.inject();

  readonly kinds = input.required<Figures['mfaKinds']>();
  /** URL of the table as a CSV file. */
  readonly csv = input.required<string>();
  /** The number of all users. */
  readonly users = input.required<number>();

  protected readonly rows = computed(() =>
    rowsOf(this.kinds(), this.users()).map(({ kind, count, share }) => ({
      name: this.text().factorKinds[kind],
      count: new Intl.NumberFormat(this.locale()).format(count),
      share: new Intl.NumberFormat(this.locale(), { style: 'percent' }).format(share),
      width: share * 100,
    })),
  );
  protected readonly isEmpty = computed(() =>
    Object.values(this.kinds()).every((count) => count === 0),
  );
}

/** Returns the kinds with their shares of all users, the strongest first. */
export function rowsOf(kinds: Figures['mfaKinds'], users: number) {
  const order: readonly FactorKind[] = ['passkey', 'totp', 'sms', 'email', 'recovery'];
  return order.map((kind) => {
    const count = kinds[kind];
    return { kind, count, share: users === 0 ? 0 : Math.min(1, count / users) };
  });
}
