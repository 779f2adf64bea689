import { Component, computed, effect, inject, untracked } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { AdminApi, Page } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { mailText } from '../text/mail';
import { FilterSelect } from '../ui/filter-select';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Pager } from '../ui/pager';

/** A mail of `GET /api/admin/mail`, without its content. */
interface QueuedMail {
  readonly id: string;
  readonly to: string;
  readonly template: string;
  readonly state: string;
  readonly createdAt: string;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly failedAt: string | null;
  readonly reason: string | null;
  readonly reply: string | null;
}

/** The mails that wait or that were given up. */
@Component({
  selector: 'app-mail',
  imports: [Each, FilterSelect, ListState, Pager],
  templateUrl: './mail.html',
  styleUrls: ['../ui/page.css', '../ui/table.css'],
  styles: `
    .retry {
      margin-block-start: 1rem;
    }

    @media (min-width: 64rem) {
      .address {
        min-inline-size: 12rem;
      }
    }
  `,
})
export class Mail {
  private readonly api = inject(AdminApi);
  private readonly format = inject(Format);
  private readonly url = inject(ListUrl);
  protected readonly text = mailText.inject();

  protected readonly retryCommand = 'vestibule mail retry ID';
  protected readonly list = new Latest<Page<QueuedMail>>();
  protected readonly states = computed(() =>
    Object.entries(this.text().states).map(([value, label]) => ({ value, label })),
  );
  protected readonly rows = computed(() => {
    const { templates, states, reasons, nextAttempt, failedAt } = this.text();
    return (this.list.value()?.items ?? []).map((mail) => ({
      ...mail,
      name: ownText(templates, mail.template) ?? mail.template,
      stateName: ownText(states, mail.state) ?? mail.state,
      failed: mail.state === 'failed',
      created: this.format.dateTime(mail.createdAt),
      when: mail.failedAt
        ? failedAt(this.format.dateTime(mail.failedAt))
        : mail.nextAttemptAt && nextAttempt(this.format.dateTime(mail.nextAttemptAt)),
      why: mail.reason && (ownText(reasons, mail.reason) ?? mail.reason),
    }));
  });

  constructor() {
    effect(() => {
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const { state, cursor } = this.url.params();
    void this.list.run(() => this.api.get('/mail', { state, cursor }));
  }
}

function ownText(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}
