import { Component, computed, effect, inject, untracked } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { TEXT } from '@vestibule/angular/pages';
import { AdminApi, Page } from '../api/admin-api';
import { AdminEvent } from '../api/events';
import { ListUrl } from '../api/list-url';
import { auditText } from '../text/audit';
import { shellText } from '../text/shell';
import { DownloadLink } from '../ui/download-link';
import { FilterSelect } from '../ui/filter-select';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Pager } from '../ui/pager';
import { SearchField } from '../ui/search-field';
import { TimeField } from '../ui/time-field';
import { labelOf } from './audit-event';
import { EventDetail } from './event-detail';
import { EventTable } from './event-table';
import { EVENT_TYPES } from './event-types';
import { FILTERS, filtersOf, incompleteFilters } from './filters';
import { EventFollower } from './event-follower';

/** The audit events: a list with filters, or the new events as they happen. Filters, page and open event are in the URL. */
@Component({
  selector: 'app-audit',
  imports: [
    DownloadLink,
    Each,
    EventDetail,
    EventTable,
    FilterSelect,
    ListState,
    EventFollower,
    Pager,
    SearchField,
    TimeField,
  ],
  templateUrl: './audit.html',
  styleUrls: ['../ui/page.css', './audit.css'],
})
export class Audit {
  private readonly api = inject(AdminApi);
  private readonly translate = inject(TEXT);
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly text = auditText.inject();

  protected readonly list = new Latest<Page<AdminEvent>>();
  /** Compared by content: another parameter of the URL must not load the list again. */
  protected readonly filters = computed(() => filtersOf(this.url.params()), { equal: isSame });
  private readonly cursor = computed(() => this.url.params()['cursor'] ?? null);
  protected readonly isFollowing = computed(() => this.url.params()['follow'] === '1');
  protected readonly opened = computed(() => this.url.params()['event'] ?? null);
  protected readonly isFiltered = computed(() => Object.keys(this.filters()).length > 0);
  private readonly incomplete = computed(() => incompleteFilters(this.filters()));
  /** A link to a file that the service refuses would replace the page. */
  protected readonly isComplete = computed(() => this.incomplete().length === 0);
  /** What a filter that the service would refuse must be. */
  protected readonly advice = computed(() => {
    const { filters, help } = this.text();
    const names = this.incomplete() as readonly ('user' | 'ip' | 'trace')[];
    return names.map((name) => `${filters[name]}: ${help[name]}`).join(' ');
  });

  protected readonly types = computed(() =>
    EVENT_TYPES.map((value) => ({
      value,
      label: labelOf(this.translate, this.text(), value),
    })).sort((one, other) => one.label.localeCompare(other.label)),
  );
  protected readonly outcomes = computed(() => [
    { value: 'success', label: this.text().success },
    { value: 'failure', label: this.text().failure },
  ]);
  protected readonly noFilters = Object.fromEntries(
    [...FILTERS, 'cursor'].map((name) => [name, null]),
  );
  protected readonly exports = computed(() =>
    ['csv', 'ndjson'].map((format) => ({
      label: format.toUpperCase(),
      href: this.api.url('/events/export', { format, ...this.filters() }),
    })),
  );

  constructor() {
    effect(() => {
      if (this.isFollowing() || !this.isComplete()) return;
      this.filters();
      this.cursor();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const params = { ...this.filters(), cursor: this.cursor(), limit: 50 };
    void this.list.run(() => this.api.get('/events', params));
  }

  protected close(): void {
    void this.url.change({ event: null });
  }
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
