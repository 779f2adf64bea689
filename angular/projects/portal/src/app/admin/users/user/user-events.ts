import { Component, computed, effect, inject, input, linkedSignal, untracked } from '@angular/core';
import { Each, FocusWhen, deviceText, eventText } from '@vestibule/angular/console';
import { Attempt, FailureBox, Format, TEXT } from '@vestibule/angular/pages';
import { Page } from '../../api/admin-api';
import { AdminEvent, AdminEvents } from '../../api/events';
import { UserDetail } from '../../api/users';
import { decisionOf, parsed } from '../../decision/decision';
import { DecisionView } from '../../decision/decision-view';
import { userText } from '../../text/user';
import { Latest } from '../../ui/latest';
import { ListState } from '../../ui/list-state';

/** The audit events about a user, newest first. A federated login says how the account was chosen. */
@Component({
  selector: 'app-user-events',
  imports: [DecisionView, Each, FailureBox, FocusWhen, ListState],
  templateUrl: './user-events.html',
  styleUrl: '../../ui/cards.css',
})
export class UserEvents {
  private readonly api = inject(AdminEvents);
  private readonly format = inject(Format);
  private readonly translate = inject(TEXT);
  protected readonly text = userText.inject();

  readonly user = input.required<UserDetail>();

  protected readonly first = new Latest<Page<AdminEvent>>();
  /** They continue the first page, and end with it: after an act, it begins with other events. */
  private readonly older = linkedSignal<Page<AdminEvent> | null, readonly Page<AdminEvent>[]>({
    source: this.first.value,
    computation: () => [],
  });
  private readonly pages = computed(() => {
    const first = this.first.value();
    return first ? [first, ...this.older()] : [];
  });
  protected readonly cursor = computed(() => this.pages().at(-1)?.nextCursor ?? null);
  protected readonly rows = computed(() =>
    this.pages().flatMap(({ items }) => items.map((event) => this.rowOf(event))),
  );
  protected readonly loadingOlder = new Attempt();
  protected readonly announcement = computed(() => {
    const last = this.older().at(-1);
    return last ? this.translate('activity.added', last.items.length) : '';
  });
  /** The button that had the focus is gone after the oldest event. */
  protected readonly ended = computed(() => this.older().length > 0 && !this.cursor());

  constructor() {
    effect(() => {
      this.user();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const { id } = this.user();
    void this.first.run(() => this.api.list({ user: id, limit: 20 }));
  }

  protected async loadOlder(): Promise<void> {
    await this.loadingOlder.run(async () => {
      const first = this.first.value();
      const params = { user: this.user().id, limit: 20, cursor: this.cursor() };
      const page = await this.api.list(params);
      if (first === this.first.value()) this.older.update((all) => [...all, page]);
    });
  }

  private rowOf(event: AdminEvent) {
    const text = this.text();
    const details = parsed(event.details ?? '');
    const labelOf = (name: string) =>
      this.user().identities.find(({ provider }) => provider === name)?.label ?? name;
    const actor = event.actor === this.user().id ? null : event.actor;
    return {
      id: event.id,
      sentence: eventText(this.translate, { ...event, details }, labelOf),
      failed: event.outcome === 'failure',
      details: [
        this.format.dateTime(event.at),
        ...(event.statedReason ? [text.statedReason(event.statedReason)] : []),
        ...(actor ? [text.by(actor)] : []),
        ...(event.userAgent ? [deviceText(this.translate, event.userAgent)] : []),
        ...(event.ip ? [text.network(event.ip)] : []),
      ],
      decision: decisionOf(details),
    };
  }
}
