import { Component, computed, effect, inject, untracked } from '@angular/core';
import { ServiceSettings } from '@vestibule/angular';
import { Each, FocusWhen } from '@vestibule/angular/console';
import { Format, PageTitle } from '@vestibule/angular/pages';
import { ListUrl } from '../../api/list-url';
import { UserDetail, Users, nameOf } from '../../api/users';
import { shellText } from '../../text/shell';
import { userText } from '../../text/user';
import { usersText } from '../../text/users';
import { ListState } from '../../ui/list-state';
import { OpenUser } from './open-user';
import { UserActs } from './user-acts';
import { UserEvents } from './user-events';
import { UserMethods } from './user-methods';
import { UserProfile } from './user-profile';
import { UserSessions } from './user-sessions';

/** One user: first whether the user can sign in, then profile, sign-in methods, sessions, events, and every act. */
@Component({
  selector: 'app-user-page',
  imports: [
    Each,
    FocusWhen,
    ListState,
    UserActs,
    UserEvents,
    UserMethods,
    UserProfile,
    UserSessions,
  ],
  templateUrl: './user-page.html',
  styleUrls: ['../../ui/page.css', '../../ui/cards.css'],
})
export class UserPage {
  private readonly format = inject(Format);
  private readonly titles = inject(PageTitle);
  private readonly passwords = inject(ServiceSettings).current().passwords !== false;
  protected readonly url = inject(ListUrl);
  protected readonly shell = shellText.inject();
  protected readonly users = usersText.inject();
  protected readonly text = userText.inject();

  protected readonly open = new OpenUser(inject(Users));
  private readonly id = computed(() => decodeURIComponent(this.url.path().split('/')[4] ?? ''));
  protected readonly user = this.open.user.value;
  protected readonly name = computed(() => {
    const user = this.user();
    return user ? nameOf(user) : this.text().title;
  });
  /** The answer to the first question: why can this user not sign in? */
  protected readonly sentences = computed(() => {
    const user = this.user();
    if (!user) return [];
    const text = this.text();
    return [
      this.signInSentence(user),
      ...(user.lockedUntil ? [text.lockedUntil(this.format.dateTime(user.lockedUntil))] : []),
      ...(user.deletionAt ? [text.deletedAt(this.format.dateTime(user.deletionAt))] : []),
      ...(user.id === this.id() ? [] : [text.openedByFormerId(this.id())]),
    ];
  });
  protected readonly changes = computed(() =>
    this.open
      .changes()
      .map(({ field, before, after }) =>
        this.text().change(this.text().fields[field], this.shown(before), this.shown(after)),
      ),
  );

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => this.open.open(id));
    });
    effect(() => {
      if (this.user()) this.titles.show(() => this.name());
    });
  }

  private signInSentence({ canSignIn: { ok, why } }: UserDetail): string {
    const { canSignIn, cannotSignIn, cannotSignInOther, noMethodNoPasswords } = this.text();
    if (ok) return canSignIn;
    if (why === 'no_sign_in_method' && !this.passwords) return noMethodNoPasswords;
    return (why && cannotSignIn[why]) ?? cannotSignInOther;
  }

  private shown(value: string | boolean | null | readonly string[]): string {
    const { yes, no, none } = this.shell();
    if (typeof value === 'boolean') return value ? yes : no;
    if (value === null) return none;
    return typeof value === 'string' ? value : value.join(', ') || none;
  }
}
