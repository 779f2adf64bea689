import { Component, computed, effect, inject, untracked } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Format, Providers } from '@vestibule/angular/pages';
import { Page } from '../../api/admin-api';
import { ListUrl } from '../../api/list-url';
import { Permissions } from '../../api/permissions';
import { AdminUser, FactorName, Users, nameOf } from '../../api/users';
import { mergeText } from '../../text/merge';
import { shellText } from '../../text/shell';
import { Order, UsersTexts, usersText } from '../../text/users';
import { FilterSelect } from '../../ui/filter-select';
import { Latest } from '../../ui/latest';
import { ListState } from '../../ui/list-state';
import { Pager } from '../../ui/pager';
import { SearchField } from '../../ui/search-field';

const FILTERS = ['q', 'status', 'provider', 'role', 'mfa', 'locked'] as const;
const PARAMS = [...FILTERS, 'sort', 'cursor'] as const;

/** All users: search, filters, order and page are in the URL. */
@Component({
  selector: 'app-users-list',
  imports: [Each, FilterSelect, ListState, Pager, SearchField],
  templateUrl: './users-list.html',
  styleUrls: ['../../ui/page.css', '../../ui/table.css'],
})
export class UsersList {
  private readonly users = inject(Users);
  private readonly format = inject(Format);
  private readonly knownProviders = inject(Providers);
  protected readonly permissions = inject(Permissions);
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly text = usersText.inject();
  protected readonly merge = mergeText.inject();

  protected readonly page = new Latest<Page<AdminUser>>();
  protected readonly isFiltered = computed(() => FILTERS.some((name) => this.url.params()[name]));
  protected readonly noFilters = Object.fromEntries(
    [...FILTERS, 'cursor'].map((name) => [name, null]),
  );
  protected readonly result = computed(() => {
    const page = this.page.value();
    if (!page) return '';
    const { total, items } = page;
    return typeof total === 'number'
      ? this.text().count(total)
      : this.text().countOfPage(items.length);
  });
  protected readonly rows = computed(() =>
    this.page.value()?.items.map((user) => this.rowOf(user)),
  );

  protected readonly statuses = computed(() => optionsOf(this.text().statuses));
  protected readonly yesOrNo = computed(() => [
    { value: 'true', label: this.shell().yes },
    { value: 'false', label: this.shell().no },
  ]);
  protected readonly orders = computed(() => {
    const all = Object.entries(this.text().orders) as [Order, readonly [string, string]][];
    return all.flatMap(([name, [up, down]]) => [
      { value: name, label: up },
      { value: `-${name}`, label: down },
    ]);
  });
  protected readonly providers = computed(
    () => this.knownProviders.list()?.map(({ name, label }) => ({ value: name, label })) ?? [],
  );

  constructor() {
    if (!this.knownProviders.list()) void this.knownProviders.load();
    effect(() => {
      this.url.params();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    const all = this.url.params();
    const params = Object.fromEntries(PARAMS.map((name) => [name, all[name]]));
    void this.page.run(() => this.users.list(params));
  }

  /** Returns the texts of a row. */
  private rowOf(user: AdminUser) {
    const { providers, roles, lockedUntil, deletionAt, lastLoginAt, status } = user;
    const text = this.text();
    const labelOf = (name: string) =>
      this.knownProviders.list()?.find((provider) => provider.name === name)?.label ?? name;
    const name = nameOf(user);
    return {
      href: this.url.href(`/users/${encodeURIComponent(user.id)}`),
      name,
      details: [user.username, user.email].filter((detail) => detail && detail !== name),
      status,
      statusText: text.statuses[status],
      locked: lockedUntil && text.lockedUntil(this.format.dateTime(lockedUntil)),
      deleted: deletionAt && text.deletedAt(this.format.dateTime(deletionAt)),
      methods: [...(user.hasPassword ? [text.password] : []), ...providers.map(labelOf)].join(', '),
      secondFactor: factorsText(text, user),
      roles: roles.join(', '),
      lastLogin: lastLoginAt ? this.format.dateTime(lastLoginAt) : this.shell().never,
    };
  }
}

/** Returns the kinds of second factors. Recovery codes stand in for another factor and are none. */
export function factorsText(
  { factors, secondFactorOn, secondFactorOff }: UsersTexts,
  user: Pick<AdminUser, 'mfaEnabled' | 'factors'>,
): string {
  if (!user.mfaEnabled) return secondFactorOff;
  const kinds = user.factors
    .filter((name) => name !== 'recoveryCode')
    .map((name) => (Object.hasOwn(factors, name) ? factors[name as FactorName] : name));
  return kinds.join(', ') || secondFactorOn;
}

function optionsOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
