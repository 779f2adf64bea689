import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { Page } from '../../api/admin-api';
import { ListUrl } from '../../api/list-url';
import { MergeOrder, MergeResult, Merges } from '../../api/merges';
import { AdminUser, Users, nameOf } from '../../api/users';
import { mergeText } from '../../text/merge';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { ActDialog } from '../../ui/act-dialog';
import { FilterSelect } from '../../ui/filter-select';
import { Latest } from '../../ui/latest';
import { ListState } from '../../ui/list-state';
import { SearchField } from '../../ui/search-field';
import { MergeChanges } from './merge-changes';
import { MergePreview } from './merge-preview';

/** Merges the user of the page into another one: choose it, see the differences, confirm. The choice is in the URL. */
@Component({
  selector: 'app-merge-users',
  imports: [ActDialog, Each, FilterSelect, ListState, MergeChanges, SearchField],
  templateUrl: './merge-users.html',
  styleUrls: ['../../ui/page.css', '../../ui/cards.css'],
})
export class MergeUsers {
  private readonly api = inject(Users);
  private readonly format = inject(Format);
  private readonly merges = inject(Merges);
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly user = userText.inject();
  protected readonly text = mergeText.inject();

  private readonly order = computed<MergeOrder>(() => {
    const { into = '', roles, factors } = this.url.params();
    const from = decodeURIComponent(this.url.path().split('/')[4] ?? '');
    return { from, into, withRoles: roles === 'true', withFactors: factors === 'true' };
  });
  protected readonly isChosen = computed(() => this.order().into !== '');
  protected readonly from = new Latest<AdminUser>();
  protected readonly found = new Latest<Page<AdminUser>>();
  protected readonly preview = new MergePreview(() => this.text().refused);
  protected readonly confirming = signal(false);

  protected readonly fromUrl = computed(() =>
    this.url.href(`/users/${encodeURIComponent(this.order().from)}`),
  );
  protected readonly fromName = computed(() => {
    const user = this.from.value();
    return user ? nameOf(user) : this.order().from;
  });
  protected readonly intoName = computed(() => {
    const result = this.preview.result();
    return result ? nameOf(result.into) : this.order().into;
  });
  protected readonly candidates = computed(() =>
    this.found
      .value()
      ?.items.filter(({ id }) => id !== this.order().from)
      .map((user) => ({
        name: nameOf(user),
        detail: [user.username, user.email].filter(Boolean).join(' · '),
        href: this.url.hrefWith({ into: user.id, q: null }),
        label: this.text().chooseNamed(nameOf(user)),
      })),
  );
  protected readonly searchAgain = computed(() => this.url.hrefWith({ into: null }));
  protected readonly swapped = computed(() => {
    const { from, into } = this.order();
    return this.url.href(`/users/${encodeURIComponent(into)}/merge`, { into: from });
  });
  protected readonly until = computed(() => {
    const until = this.preview.result()?.undoUntil;
    return until ? this.format.dateTime(until) : '';
  });
  protected readonly yes = computed(() => [{ value: 'true', label: this.shell().yes }]);

  constructor() {
    effect(() => {
      const { from } = this.order();
      untracked(() => void this.from.run(() => this.api.get(from)));
    });
    effect(() => {
      this.order();
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const order = this.order();
    // The dialog asks about the merge that was shown. The back button changes it.
    this.confirming.set(false);
    const { q = '' } = this.url.params();
    if (order.into) void this.preview.load(() => this.merges.preview(order));
    else void this.found.run(() => this.api.list({ q, limit: 10 }));
  }

  protected readonly run = async (reason: string): Promise<void> => {
    const shown = this.preview.result();
    if (!shown) return;
    const merged: MergeResult = await this.merges.merge(this.order(), reason, shown.from.revision);
    await this.url.open(`/users/${encodeURIComponent(merged.into.id)}`, {
      statusMessage: this.text().done,
      statusGood: true,
    });
  };
}
