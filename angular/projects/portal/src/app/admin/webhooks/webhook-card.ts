import { Component, computed, inject, input, signal } from '@angular/core';
import { Language } from '@vestibule/angular';
import { Format } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { Permissions } from '../api/permissions';
import { webhooksText } from '../text/webhooks';
import { ActDialog } from '../ui/act-dialog';
import { Tested, Webhook } from './webhook';

/** One webhook: its messages, its state, and a test. */
@Component({
  selector: 'app-webhook-card',
  imports: [ActDialog],
  templateUrl: './webhook-card.html',
  styleUrls: ['../ui/page.css', './webhook-card.css'],
})
export class WebhookCard {
  private readonly api = inject(AdminApi);
  private readonly format = inject(Format);
  private readonly locale = inject(Language).locale;
  protected readonly permissions = inject(Permissions);
  protected readonly text = webhooksText.inject();

  readonly webhook = input.required<Webhook>();

  protected readonly asking = signal(false);
  private readonly tested = signal<Tested | null>(null);
  protected readonly accepted = computed(() => this.tested()?.error === null);
  protected readonly result = computed(() => {
    const tested = this.tested();
    if (!tested) return '';
    const millis = new Intl.NumberFormat(this.locale()).format(tested.millis);
    const { accepted, refused } = this.text();
    return tested.error === null
      ? accepted(tested.status ?? 0, millis)
      : refused(tested.error, millis);
  });
  protected readonly delivered = computed(() => {
    const at = this.webhook().lastDeliveredAt;
    return at === null ? this.text().never : this.format.dateTime(at);
  });

  protected readonly test = async (reason: string): Promise<void> => {
    const route = `/webhooks/${encodeURIComponent(this.webhook().name)}/test`;
    this.tested.set(null);
    this.tested.set(await this.api.send<Tested>('POST', route, { reason }));
  };
}
