import { Component, computed, inject } from '@angular/core';
import { Session } from 'vestibule';
import { clockTime, duration, signInWords } from '../ui/format';
import { SignInMethods } from './sign-in-methods';

/** Who I am, how I came in, and until when. */
@Component({
  selector: 'app-dashboard',
  imports: [SignInMethods],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  protected readonly session = inject(Session);

  protected readonly user = this.session.user;
  protected readonly greeting = computed(() => {
    const user = this.user();
    return user?.displayName ?? user?.username ?? user?.email ?? 'Your account';
  });
  protected readonly signInWords = computed(() =>
    signInWords(this.session.method(), this.session.amr(), this.door()),
  );
  protected readonly idleEnd = computed(() => timeOf(this.session.expiresAt()));
  protected readonly absoluteEnd = computed(() => timeOf(this.session.endsAt()));
  protected readonly idleLeft = computed(() => duration(this.session.secondsLeft() ?? 0));
  protected readonly absoluteLeft = computed(() => duration(this.session.secondsToEnd() ?? 0));

  /** What the provider that the person came through is called. */
  private door(): string | null {
    const name = this.session.provider();
    return this.user()?.identities.find(({ provider }) => provider === name)?.label ?? name;
  }
}

function timeOf(time: Date | null): string {
  return time ? clockTime(time) : '';
}
