import {
  Component,
  DOCUMENT,
  DestroyRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { AdminApi } from '../api/admin-api';
import { AdminEvent } from '../api/events';
import { auditText } from '../text/audit';
import { EventTable } from './event-table';
import { AuditFilters } from './filters';
import { LIMIT, NewestList } from './newest-list';

/** A screen reader announces new events once in this time. */
const ANNOUNCE_MS = 10_000;

/** New audit events as they happen. */
@Component({
  selector: 'app-event-follower',
  imports: [EventTable],
  templateUrl: './event-follower.html',
  styleUrl: '../ui/page.css',
})
export class EventFollower {
  private readonly api = inject(AdminApi);
  private readonly window = inject(DOCUMENT).defaultView;
  protected readonly text = auditText.inject();

  readonly filters = input.required<AuditFilters>();

  protected readonly limit = LIMIT;
  protected readonly list = new NewestList<AdminEvent>();
  private readonly connection = signal<'connecting' | 'open' | 'ended'>('connecting');
  protected readonly state = computed(() => {
    const connection = this.connection();
    return connection === 'open' && this.list.paused() ? 'paused' : connection;
  });
  protected readonly announcement = signal('');
  private announced = 0;
  private source: EventSource | undefined;
  /** Counts connections, and the end of the page: an answer to an earlier request opens no stream. */
  private turn = 0;

  constructor() {
    effect(() => {
      this.filters();
      untracked(() => {
        // The events on the screen are those of other filters.
        this.list.clear();
        void this.connect();
      });
    });
    const timer = setInterval(() => this.announce(), ANNOUNCE_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.turn += 1;
      this.source?.close();
    });
  }

  /** Opens the stream. A small request comes first: it can ask for the second factor, an event stream cannot. */
  protected async connect(): Promise<void> {
    const turn = ++this.turn;
    this.source?.close();
    this.connection.set('connecting');
    try {
      await this.api.get('/events', { limit: 1 });
    } catch {
      if (turn === this.turn) this.connection.set('ended');
      return;
    }
    if (!this.window || turn !== this.turn) return;
    const source = new this.window.EventSource(this.api.url('/events/stream', this.filters()));
    this.source = source;
    source.onopen = () => this.connection.set('open');
    // The browser connects again by itself, unless the service refused the stream.
    source.onerror = () =>
      this.connection.set(source.readyState === EventSource.CLOSED ? 'ended' : 'connecting');
    source.addEventListener('audit', ({ data }) =>
      this.list.add(JSON.parse(data as string) as AdminEvent),
    );
  }

  private announce(): void {
    const count = this.list.received() - this.announced;
    this.announced += count;
    this.announcement.set(count > 0 ? this.text().followAdded(count) : '');
  }
}
