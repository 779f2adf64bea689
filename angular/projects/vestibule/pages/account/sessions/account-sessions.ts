import { Component, DOCUMENT, DestroyRef, NgZone, computed, inject, signal } from '@angular/core';
import { Sessions } from '../../api/sessions';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { ConfirmButton } from '../../ui/confirm-button';
import { Each } from '../../ui/each';
import { FocusWhen } from '../../ui/focus-when';
import { Loaded } from '../../ui/loaded';
import { Loading } from '../../ui/loading';
import { StatusMessage } from '../../ui/status-message';
import { SessionItem } from './session-item';

/**
 * The sessions of the user in all browsers. The list is loaded again when the user returns to this tab. It has no timer
 * and does not follow `session.events`: each request is activity, so both would keep the session of an absent user open.
 */
@Component({
  selector: 'vestibule-account-sessions',
  imports: [ConfirmButton, Each, FocusWhen, Loading, SessionItem, StatusMessage],
  templateUrl: './account-sessions.html',
  styleUrl: '../cards.css',
})
export class AccountSessions {
  private readonly api = inject(Sessions);
  private readonly document = inject(DOCUMENT);
  protected readonly text = inject(TEXT);

  protected readonly sessions = new Loaded(async () => newestFirst(await this.api.list()));
  protected readonly others = computed(
    () => this.sessions.value()?.filter(({ current }) => !current).length ?? 0,
  );
  private readonly message = signal<Message | null>(null);
  protected readonly status = computed(() => {
    const message = this.message();
    return message && { message: message(this.text), good: true };
  });
  /** Counts changes: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);

  protected readonly endOthers = async (): Promise<void> => {
    const ended = await this.api.endOthers();
    await this.report((text) => text('sessions.endedOthers', ended));
  };

  constructor() {
    const reload = () => {
      if (this.document.visibilityState === 'visible') void this.sessions.load();
    };
    // Outside of the zone: the event alone changes nothing on the page.
    inject(NgZone).runOutsideAngular(() =>
      this.document.addEventListener('visibilitychange', reload),
    );
    inject(DestroyRef).onDestroy(() =>
      this.document.removeEventListener('visibilitychange', reload),
    );
  }

  protected async refresh(): Promise<void> {
    this.message.set(null);
    await this.sessions.load();
  }

  protected async report(message: Message): Promise<void> {
    this.message.set(message);
    await this.sessions.load();
    this.changes.update((count) => count + 1);
  }
}

/** Sorts this session to the start, then by the last activity. */
function newestFirst<T extends { readonly current: boolean; readonly lastSeenAt: string }>(
  sessions: readonly T[],
): readonly T[] {
  return [...sessions].sort(
    (a, b) =>
      Number(b.current) - Number(a.current) || Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt),
  );
}
