import { Component, computed, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { formatDuration } from '../ui/duration';
import { formatAuthentication, formatTime } from '../ui/format';
import { SignInMethods } from './sign-in-methods';

/** The account page: profile, session and sign-in methods of the user. */
@Component({
  selector: 'vestibule-dashboard',
  imports: [SignInMethods],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  protected readonly session = inject(Session);

  protected readonly user = this.session.user;
  protected readonly title = computed(() => {
    const user = this.user();
    return user?.displayName ?? user?.username ?? user?.email ?? 'Your account';
  });
  protected readonly signedInWith = computed(() =>
    formatAuthentication(this.session.method(), this.session.amr(), this.providerLabel()),
  );
  protected readonly idleEnd = computed(() => timeOf(this.session.expiresAt()));
  protected readonly absoluteEnd = computed(() => timeOf(this.session.endsAt()));
  protected readonly idleLeft = computed(() => formatDuration(this.session.secondsLeft() ?? 0));
  protected readonly absoluteLeft = computed(() =>
    formatDuration(this.session.secondsToEnd() ?? 0),
  );

  /** Returns the label of the provider of this session. */
  private providerLabel(): string | null {
    const name = this.session.provider();
    return this.user()?.identities.find(({ provider }) => provider === name)?.label ?? name;
  }
}

function timeOf(time: Date | null): string {
  return time ? formatTime(time) : '';
}
