import { Component, computed, inject } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { overviewText } from '../text/overview';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Summary } from './figures';
import { leftOutText, sentenceOf, titleOf } from './finding-text';
import { linkOfCommand } from './next-link';
import { injectWriting, notesOf, shown } from './writing';

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
  private readonly writing = injectWriting();
  protected readonly text = overviewText.inject();

  protected readonly summary = new Latest<Summary>();
  protected readonly findings = computed(() =>
    (this.summary.value()?.findings ?? []).map((finding) => {
      const { openEvents, openUser, openOf } = this.text();
      const title = titleOf(finding.code, this.text());
      const sentence = sentenceOf(finding, this.text(), this.writing());
      const link = linkOfCommand(finding.next);
      const linkText = link?.page === '/audit' ? openEvents : openUser;
      return {
        next: finding.next,
        title,
        ...shown(sentence, finding.text),
        href: link && this.url.href(link.page, link.params),
        linkText,
        linkName: openOf(linkText, title),
      };
    }),
  );

  protected readonly leftOut = computed(() =>
    notesOf(this.summary.value(), (left) => leftOutText(left, this.text(), this.writing())),
  );

  constructor() {
    this.load();
  }

  protected load(): void {
    void this.summary.run(() => this.api.get('/summary', { hours: 24 }));
  }
}
