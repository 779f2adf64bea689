import { Component, computed, inject, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { TEXT } from '@vestibule/angular/pages';
import { AdminEvent } from '../api/events';
import { ListUrl } from '../api/list-url';
import { auditText } from '../text/audit';
import { injectExactTime } from '../ui/exact-time';
import { isId, sentenceOf } from './audit-event';

/** Audit events as a table. The link of a row opens its details. */
@Component({
  selector: 'app-event-table',
  imports: [Each],
  templateUrl: './event-table.html',
  styleUrls: ['../ui/table.css', './event-table.css'],
})
export class EventTable {
  private readonly url = inject(ListUrl);
  private readonly exactTime = injectExactTime();
  private readonly translate = inject(TEXT);
  protected readonly text = auditText.inject();

  readonly caption = input.required<string>();
  readonly events = input.required<readonly AdminEvent[]>();

  protected readonly rows = computed(() =>
    this.events().map((event) => {
      const text = this.text();
      const sentence = sentenceOf(this.translate, text, event);
      const time = this.exactTime(event.at);
      return {
        ...event,
        sentence,
        time,
        failed: event.outcome === 'failure',
        userUrl: event.userId && this.url.href(`/users/${event.userId}`),
        actorName: this.actorName(event.actor),
        actorUrl: event.actor && isId(event.actor) ? this.url.href(`/users/${event.actor}`) : null,
        detailsUrl: this.url.hrefWith({ event: event.id }),
        detailsName: text.detailsOf(sentence, time),
      };
    }),
  );

  /** Opens the details. The focus returns to the link afterwards. The browser handles clicks for a new tab. */
  protected open(click: MouseEvent, id: string): void {
    if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    void this.url.change({ event: id });
  }

  private actorName(actor: string | null): string {
    if (actor === 'cli') return this.text().commandLine;
    return actor === 'service' ? this.text().service : (actor ?? '');
  }
}
