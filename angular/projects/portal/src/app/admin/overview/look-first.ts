import { Component, computed, inject } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { overviewText } from '../text/overview';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Summary } from './figures';
import { Writing, leftOutText, sentenceOf, titleOf } from './finding-text';
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
  private readonly format = inject(Format);
  private readonly locale = inject(Language).locale;
  private readonly url = inject(ListUrl);
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

  /** The server has a sentence in English for each of them, in the same order. */
  protected readonly leftOut = computed(() => {
    const { incomplete = [], leftOut = [] } = this.summary.value() ?? {};
    return incomplete.map((english, at) => {
      const left = leftOut[at];
      return shown(left ? leftOutText(left, this.text(), this.writing()) : null, english);
    });
  });
  private readonly writing = computed((): Writing => {
    const numbers = new Intl.NumberFormat(this.locale());
    return {
      number: (value) => numbers.format(value),
      time: (value) => this.format.dateTime(value),
    };
  });

  constructor() {
    this.load();
  }

  protected load(): void {
    void this.summary.run(() => this.api.get('/summary', { hours: 24 }));
  }
}

/** The sentence in the language of the page, else the English one of the server. */
function shown(sentence: string | null, english: string): { text: string; lang: 'en' | null } {
  return sentence === null ? { text: english, lang: 'en' } : { text: sentence, lang: null };
}
