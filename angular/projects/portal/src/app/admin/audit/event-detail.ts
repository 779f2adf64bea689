import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
  untracked,
} from '@angular/core';
import { CopyButton, Each, deviceText } from '@vestibule/angular/console';
import { TEXT } from '@vestibule/angular/pages';
import { AdminApi, Page } from '../api/admin-api';
import { AdminEvent } from '../api/events';
import { ListUrl } from '../api/list-url';
import { decisionOf } from '../decision/decision';
import { DecisionView } from '../decision/decision-view';
import { auditText } from '../text/audit';
import { shellText } from '../text/shell';
import { injectExactTime } from '../ui/exact-time';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { sentenceOf } from './audit-event';

/** All that an event says, in a drawer. A link with its trace number opens it, too. */
@Component({
  selector: 'app-event-detail',
  imports: [CopyButton, DecisionView, Each, ListState],
  templateUrl: './event-detail.html',
  styleUrl: './event-detail.css',
  host: { '(click)': 'closeOutside($event)' },
})
export class EventDetail {
  private readonly api = inject(AdminApi);
  private readonly exactTime = injectExactTime();
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly translate = inject(TEXT);
  private readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly text = auditText.inject();

  readonly trace = input.required<string>();
  readonly closed = output();

  protected readonly found = new Latest<Page<AdminEvent>>();
  protected readonly event = computed(() => this.found.value()?.items[0] ?? null);
  protected readonly heading = computed(() => {
    const event = this.event();
    return event ? sentenceOf(this.translate, this.text(), event) : this.text().details;
  });
  protected readonly decision = computed(() => decisionOf(this.event()?.details));
  protected readonly rows = computed(() => {
    const event = this.event();
    if (!event) return [];
    const text = this.text();
    const rows = [
      [text.time, this.exactTime(event.at)],
      [text.type, event.type],
      [text.outcome, event.outcome === 'failure' ? text.failure : text.success],
      [text.reasonCode, event.reason],
      [text.statedReason, event.statedReason],
      [text.filters.user, event.userId],
      [text.filters.actor, event.actor],
      [text.filters.ip, event.ip],
      [text.device, event.userAgent && deviceText(this.translate, event.userAgent)],
      [text.methods, event.amr.join(' ')],
      [text.requestId, event.requestId],
      [text.otherDetails, this.decision() ? null : event.details],
    ] as const;
    return rows.flatMap(([name, value]) => (value ? [{ name, value }] : []));
  });
  protected readonly more = computed(() => {
    const event = this.event();
    const { eventsOfUser, eventsOfNetwork } = this.text();
    return [
      { label: eventsOfUser, href: event?.userId && this.hrefOf({ user: event.userId }) },
      { label: eventsOfNetwork, href: event?.ip && this.hrefOf({ ip: event.ip }) },
    ].filter(({ href }) => href);
  });

  constructor() {
    effect(() => {
      this.trace();
      untracked(() => this.load());
    });
    afterNextRender(() => this.dialog()?.showModal());
  }

  protected load(): void {
    void this.found.run(() => this.api.get('/events', { trace: this.trace() }));
  }

  /** Closes the drawer. The browser then returns the focus to the link that opened it. */
  protected close(event?: Event): void {
    event?.preventDefault();
    this.dialog()?.close();
    this.closed.emit();
  }

  /** The area around the drawer belongs to the element of the dialog. */
  protected closeOutside({ target }: Event): void {
    if (target === this.dialog()) this.close();
  }

  private hrefOf(filter: Record<string, string>): string {
    return this.url.href('/audit', filter);
  }

  private dialog(): HTMLDialogElement | null {
    return this.host.nativeElement.querySelector('dialog');
  }
}
