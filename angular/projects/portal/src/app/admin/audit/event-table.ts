import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { TEXT } from '@vestibule/angular/pages';
import { AdminEvent } from '../api/events';
import { ListUrl } from '../api/list-url';
import { UserNames } from '../api/user-names';
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
  private readonly names = inject(UserNames);
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
        user: event.userId && this.userOf(event.userId),
        actorUser: this.actorUser(event),
        actorText: this.actorText(event),
        detailsUrl: this.url.hrefWith({ event: event.id }),
        detailsName: text.detailsOf(sentence, time),
      };
    }),
  );

  constructor() {
    effect(() => {
      const ids = this.events().flatMap(({ userId, actor }) => [userId, actor]);
      untracked(() => this.names.load(ids.filter((id) => id !== null && isId(id)) as string[]));
    });
  }

  /** Opens the details. The focus returns to the link afterwards. The browser handles clicks for a new tab. */
  protected open(click: MouseEvent, id: string): void {
    if (click.button !== 0 || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    void this.url.change({ event: id });
  }

  /** Returns the link to a user. Until the name is known, it has the id. */
  private userOf(id: string) {
    const name = this.names.of(id);
    return { href: this.url.href(`/users/${id}`), name: name ?? id, isId: name === null };
  }

  private actorUser({ actor, userId }: AdminEvent) {
    return actor && actor !== userId && isId(actor) ? this.userOf(actor) : null;
  }

  private actorText({ actor, userId }: AdminEvent): string {
    const { self, commandLine, service } = this.text();
    if (actor === null) return '';
    if (actor === userId) return self;
    if (actor === 'cli') return commandLine;
    return actor === 'service' ? service : actor;
  }
}
