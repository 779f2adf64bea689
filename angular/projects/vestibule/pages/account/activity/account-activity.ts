import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { AccountEvent, AccountEvents } from '../../api/account-events';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { Each } from '../../ui/each';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { Loaded } from '../../ui/loaded';
import { Loading } from '../../ui/loading';
import { ActivityItem } from './activity-item';

const PAGE_SIZE = 20;

/** What happened to the account: sign-ins, refusals and changes, the newest first. */
@Component({
  selector: 'vestibule-account-activity',
  imports: [ActivityItem, Each, FailureBox, FocusWhen, Loading],
  templateUrl: './account-activity.html',
  styleUrl: '../cards.css',
})
export class AccountActivity {
  private readonly api = inject(AccountEvents);
  protected readonly text = inject(TEXT);

  protected readonly first = new Loaded(() => this.api.page(null, PAGE_SIZE));
  protected readonly events = linkedSignal<readonly AccountEvent[]>(
    () => this.first.value()?.items ?? [],
  );
  /** Names the next page of older events; `null` after the oldest one. */
  protected readonly cursor = linkedSignal(() => this.first.value()?.nextCursor ?? null);
  protected readonly loadingOlder = new Attempt();
  private readonly added = signal<number | null>(null);
  protected readonly announcement = computed(() => {
    const added = this.added();
    return added === null ? '' : this.text('activity.added', added);
  });
  /** The button that had the focus is gone after the oldest event. */
  protected readonly ended = computed(() => this.added() !== null && !this.cursor());

  protected async older(): Promise<void> {
    await this.loadingOlder.run(async () => {
      const { items, nextCursor } = await this.api.page(this.cursor(), PAGE_SIZE);
      this.events.update((shown) => [...shown, ...items]);
      this.cursor.set(nextCursor);
      this.added.set(items.length);
    });
  }
}
