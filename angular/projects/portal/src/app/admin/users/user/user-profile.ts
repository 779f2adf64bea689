import { Component, computed, inject, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Format } from '@vestibule/angular/pages';
import { UserDetail } from '../../api/users';
import { shellText } from '../../text/shell';
import { Field, userText } from '../../text/user';
import { usersText } from '../../text/users';

/** The profile of a user, with the source of each field. */
@Component({
  selector: 'app-user-profile',
  imports: [Each],
  template: `
    <section class="card" aria-labelledby="user-profile">
      <h2 id="user-profile">{{ text().profile }}</h2>
      <dl>
        <div class="pair" *appEach="let row of rows()">
          <dt>{{ row.label }}</dt>
          <dd>
            <bdi>{{ row.value }}</bdi>
            @if (row.source; as source) {
              <span class="detail">{{ source }}</span>
            }
          </dd>
        </div>
      </dl>
    </section>
  `,
  styleUrls: ['../../ui/cards.css', './user-profile.css'],
})
export class UserProfile {
  private readonly format = inject(Format);
  private readonly shell = shellText.inject();
  private readonly users = usersText.inject();
  protected readonly text = userText.inject();

  readonly user = input.required<UserDetail>();

  protected readonly rows = computed(() => {
    const user = this.user();
    const text = this.text();
    const { none, never } = this.shell();
    const time = (value: string | null) => (value ? this.format.dateTime(value) : never);
    const row = (field: Field, value: string | null, source = this.sourceOf(field)) => ({
      label: text.fields[field],
      value: value === null || value === '' ? none : value,
      source,
    });
    const verified = user.emailVerified ? text.verified : text.unverified;
    const source = this.sourceOf('email');
    return [
      row('displayName', user.displayName),
      row('username', user.username),
      row('email', user.email, user.email ? [verified, source].filter(Boolean).join(', ') : ''),
      row('locale', user.locale),
      row('status', this.users().statuses[user.status]),
      row('assignedRoles', user.assignedRoles.join(', ')),
      ...this.providerRoles().map((value) => row('roles', value)),
      row('createdAt', time(user.createdAt), this.creator()),
      row('updatedAt', time(user.updatedAt)),
      row('lastLoginAt', time(user.lastLoginAt)),
      row('id', user.id, this.formerIds()),
    ];
  });

  private sourceOf(field: string): string {
    const { fieldSources, identities } = this.user();
    const name = /^provider:(.+)$/.exec(fieldSources[field] ?? '')?.[1];
    if (name === undefined) return '';
    return this.text().fromProvider(
      identities.find(({ provider }) => provider === name)?.label ?? name,
    );
  }

  private providerRoles(): readonly string[] {
    return this.user()
      .identities.filter(({ roles }) => roles.length > 0)
      .map(({ label, roles }) => this.text().rolesOf(label, roles.join(', ')));
  }

  private creator(): string {
    const { createdBy, fields } = this.text();
    const by = this.user().createdBy;
    const known = Object.hasOwn(createdBy, by) ? createdBy[by as keyof typeof createdBy] : '';
    return known && `${fields.createdBy}: ${known}`;
  }

  private formerIds(): string {
    const { formerIds } = this.user();
    return formerIds.length > 0 ? this.text().formerIds(formerIds.join(', ')) : '';
  }
}
