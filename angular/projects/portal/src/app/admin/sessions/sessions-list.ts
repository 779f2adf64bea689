import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { Each, FocusWhen, authenticationText, deviceText } from '@vestibule/angular/console';
import { Format, Providers, TEXT } from '@vestibule/angular/pages';
import { Page } from '../api/admin-api';
import { AllSessions, AnySession } from '../api/all-sessions';
import { ListUrl } from '../api/list-url';
import { Permissions } from '../api/permissions';
import { Users, nameOf } from '../api/users';
import { sessionsText } from '../text/sessions';
import { shellText } from '../text/shell';
import { ActDialog } from '../ui/act-dialog';
import { FilterSelect } from '../ui/filter-select';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { Pager } from '../ui/pager';

/** The sessions of all users. Each can be ended. */
@Component({
  selector: 'app-sessions-list',
  imports: [ActDialog, Each, FilterSelect, FocusWhen, ListState, Pager],
  templateUrl: './sessions-list.html',
  styleUrls: ['../ui/page.css', '../ui/table.css'],
})
export class SessionsList {
  private readonly api = inject(AllSessions);
  private readonly users = inject(Users);
  private readonly format = inject(Format);
  private readonly knownProviders = inject(Providers);
  private readonly permissions = inject(Permissions);
  private readonly translate = inject(TEXT);
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly text = sessionsText.inject();

  protected readonly page = new Latest<Page<AnySession>>();
  protected readonly ending = signal<{
    readonly id: string;
    readonly userId: string;
    readonly endNamed: string;
  } | null>(null);
  protected readonly message = signal('');
  protected readonly mayEnd = computed(() => this.permissions.has('security'));
  protected readonly providers = computed(
    () => this.knownProviders.list()?.map(({ name, label }) => ({ value: name, label })) ?? [],
  );
  protected readonly rows = computed(() =>
    this.page.value()?.items.map((session) => this.rowOf(session)),
  );
  protected readonly result = computed(() => {
    const rows = this.rows();
    return rows ? this.text().count(rows.length) : '';
  });

  constructor() {
    if (!this.knownProviders.list()) void this.knownProviders.load();
    effect(() => {
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const { provider, cursor } = this.url.params();
    void this.page.run(() => this.api.list({ provider, cursor }));
  }

  protected readonly end = async (reason: string): Promise<void> => {
    const session = this.ending();
    if (!session) return;
    this.message.set('');
    await this.users.endSession(session.userId, session.id, reason);
    this.load();
    this.message.set(this.text().ended);
  };

  /** Returns the texts of a row. */
  private rowOf(session: AnySession) {
    const { id, user, method, amr, provider, lastSeenAt, createdAt } = session;
    const text = this.translate;
    const label = this.knownProviders.list()?.find(({ name }) => name === provider)?.label;
    const device = deviceText(text, session.userAgent);
    const name = nameOf(user);
    return {
      id,
      userId: user.id,
      href: this.url.href(`/users/${encodeURIComponent(user.id)}`),
      name,
      detail: user.email === name ? null : user.email,
      device,
      current: session.current ? this.text().current : null,
      method: authenticationText(text, method, amr, label ?? provider),
      network: session.ip ?? this.shell().none,
      lastSeen: this.format.dateTime(lastSeenAt),
      started: this.format.dateTime(createdAt),
      endNamed: this.text().endNamed(name, device),
    };
  }
}
