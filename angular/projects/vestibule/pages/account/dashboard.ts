import { Component, computed, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { authenticationText } from '../text/authentication';
import { Format } from '../text/format';
import { TEXT } from '../text/text-loader';
import { SignInMethods } from './sign-in-methods';

/** The account page: profile, session and sign-in methods of the user. */
@Component({
  selector: 'vestibule-dashboard',
  imports: [SignInMethods],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  private readonly format = inject(Format);
  private readonly text = inject(TEXT);
  protected readonly session = inject(Session);

  protected readonly user = this.session.user;
  protected readonly title = computed(() => {
    const user = this.user();
    return user?.displayName ?? user?.username ?? user?.email ?? 'Your account';
  });
  protected readonly signedInWith = computed(() =>
    authenticationText(this.text, this.session.method(), this.session.amr(), this.providerLabel()),
  );
  protected readonly idleEnd = computed(() => this.timeOf(this.session.expiresAt()));
  protected readonly absoluteEnd = computed(() => this.timeOf(this.session.endsAt()));
  protected readonly idleLeft = computed(() =>
    this.format.duration(this.session.secondsLeft() ?? 0),
  );
  protected readonly absoluteLeft = computed(() =>
    this.format.duration(this.session.secondsToEnd() ?? 0),
  );

  /** Returns the label of the provider of this session. */
  private providerLabel(): string | null {
    const name = this.session.provider();
    return this.user()?.identities.find(({ provider }) => provider === name)?.label ?? name;
  }

  private timeOf(time: Date | null): string {
    return time ? this.format.time(time) : '';
  }
}
