import { Component, computed, inject } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { FindingCode, overviewText } from '../text/overview';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Summary } from './figures';
import { linkOfCommand } from './next-link';

/** The findings of the last 24 hours, the most urgent first, each with the page that shows its events. */
@Component({
  selector: 'app-look-first',
  imports: [Each, ListState],
  templateUrl: './look-first.html',
  styleUrls: ['../ui/page.css', './look-first.css'],
})
export class LookFirst {
  private readonly api = inject(AdminApi);
  private readonly url = inject(ListUrl);
  protected readonly text = overviewText.inject();

  protected readonly summary = new Latest<Summary>();
  protected readonly findings = computed(() =>
    (this.summary.value()?.findings ?? []).map((finding) => {
      const { findings, openEventsOf } = this.text();
      const isKnown = Object.hasOwn(findings, finding.code);
      const title = isKnown ? findings[finding.code as FindingCode] : finding.code;
      const link = linkOfCommand(finding.next);
      return {
        ...finding,
        title,
        href: link && this.url.href(link.page, link.params),
        linkName: openEventsOf(title),
      };
    }),
  );

  constructor() {
    this.load();
  }

  protected load(): void {
    void this.summary.run(() => this.api.get('/summary', { hours: 24 }));
  }
}
