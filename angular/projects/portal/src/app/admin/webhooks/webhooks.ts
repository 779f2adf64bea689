import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { Each, FocusWhen } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { AdminApi, Page } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { Permissions } from '../api/permissions';
import { DeliveryState, webhooksText } from '../text/webhooks';
import { ActDialog } from '../ui/act-dialog';
import { FilterSelect } from '../ui/filter-select';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Pager } from '../ui/pager';
import { Delivery, Webhook } from './webhook';
import { WebhookCard } from './webhook-card';

/** The webhooks, and the deliveries to them with filters. A delivery can be sent again. */
@Component({
  selector: 'app-webhooks',
  imports: [ActDialog, Each, FilterSelect, FocusWhen, ListState, Pager, WebhookCard],
  templateUrl: './webhooks.html',
  styleUrls: ['../ui/page.css', '../ui/table.css', './webhooks.css'],
})
export class Webhooks {
  private readonly api = inject(AdminApi);
  private readonly format = inject(Format);
  private readonly url = inject(ListUrl);
  protected readonly permissions = inject(Permissions);
  protected readonly text = webhooksText.inject();

  protected readonly webhooks = new Latest<{ readonly items: readonly Webhook[] }>();
  protected readonly list = new Latest<Page<Delivery>>();
  protected readonly names = computed(() =>
    (this.webhooks.value()?.items ?? []).map(({ name }) => ({ value: name, label: name })),
  );
  protected readonly states = computed(() =>
    Object.entries(this.text().states).map(([value, label]) => ({ value, label })),
  );
  protected readonly rows = computed(() =>
    (this.list.value()?.items ?? []).map((delivery) => this.rowOf(delivery)),
  );
  /** The delivery that the dialog asks about. */
  protected readonly asked = signal<Delivery | null>(null);
  protected readonly message = signal('');

  constructor() {
    this.loadWebhooks();
    effect(() => {
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected loadWebhooks(): void {
    void this.webhooks.run(() => this.api.get('/webhooks'));
  }

  protected load(): void {
    const { webhook, state, cursor } = this.url.params();
    void this.list.run(() => this.api.get('/webhooks/deliveries', { webhook, state, cursor }));
  }

  protected readonly replay = async (reason: string): Promise<void> => {
    const id = encodeURIComponent(this.asked()?.id ?? '');
    this.message.set('');
    await this.api.send('POST', `/webhooks/deliveries/${id}/replay`, { reason });
    this.message.set(this.text().replayed);
    this.load();
    this.loadWebhooks();
  };

  private rowOf(delivery: Delivery) {
    const { states, deliveredAt, failedAt, nextAttempt, status, replayOf } = this.text();
    const { state, lastStatus, userId, eventId } = delivery;
    const time = (at: string | null, text: (time: string) => string) =>
      at === null ? [] : [text(this.format.dateTime(at))];
    return {
      delivery,
      created: this.format.dateTime(delivery.createdAt),
      stateName: Object.hasOwn(states, state) ? states[state as DeliveryState] : state,
      failed: state === 'failed',
      userUrl: userId && this.url.href(`/users/${userId}`),
      eventUrl: this.url.href('/audit', { event: eventId }),
      results: [
        ...time(delivery.deliveredAt, deliveredAt),
        ...time(delivery.failedAt, failedAt),
        ...time(delivery.nextAttemptAt, nextAttempt),
        ...(lastStatus === null ? [] : [status(lastStatus)]),
      ],
      replayName: replayOf(delivery.type, delivery.webhook),
    };
  }
}
