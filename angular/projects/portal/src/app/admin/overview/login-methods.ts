import { Component, computed, inject, input } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { overviewText } from '../text/overview';
import { DownloadLink } from '../ui/download-link';
import type { Figures } from './figures';

/** Logins by method and result: a table whose rows have bars. */
@Component({
  selector: 'app-login-methods',
  imports: [DownloadLink, Each],
  templateUrl: './login-methods.html',
  styleUrls: ['../ui/table.css', './day-chart.css', './login-methods.css'],
})
export class LoginMethods {
  private readonly locale = inject(Language).locale;
  protected readonly text = overviewText.inject();

  readonly methods = input.required<Figures['loginsByMethod']>();
  readonly csv = input.required<string>();

  protected readonly rows = computed(() => {
    const all = this.methods();
    const names: Readonly<Record<string, string>> = this.text().methods;
    const highest = Math.max(1, ...all.map(({ success, failure }) => success + failure));
    const number = (value: number) => new Intl.NumberFormat(this.locale()).format(value);
    return all.map(({ method, success, failure }) => ({
      name: Object.hasOwn(names, method) ? names[method] : method,
      success: number(success),
      failure: number(failure),
      successWidth: (success / highest) * 100,
      failureWidth: (failure / highest) * 100,
    }));
  });
}
