import { Component, computed, inject } from '@angular/core';
import { Router } from '@angular/router';
import { Session } from '@vestibule/angular';
import { authenticationText } from '../text/authentication';
import { Format } from '../text/format';
import { TEXT } from '../text/text-loader';
import { Preferences } from './preferences';
import { SignInMethods } from './sign-in-methods';
import { statusOf } from '../ui/status';
import { VestibuleRoot } from '../ui/vestibule-root';

/** The account page: profile, session, sign-in methods and preferences of the user. */
@Component({
  selector: 'vestibule-dashboard',
  imports: [Preferences, SignInMethods],
  hostDirectives: [VestibuleRoot],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  private readonly format = inject(Format);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  protected readonly initialStatus = statusOf(inject(Router));
  protected readonly user = this.session.user;
  protected readonly signedInWith = computed(() =>
    authenticationText(this.text, this.session.method(), this.session.amr(), this.providerLabel()),
  );
  protected readonly idleEnd = computed(() => this.timeOf(this.session.expiresAt()));
  protected readonly absoluteEnd = computed(() => this.timeOf(this.session.endsAt()));

  /** Returns the label of the provider of this session. */
  private providerLabel(): string | null {
    const name = this.session.provider();
    return this.user()?.identities.find(({ provider }) => provider === name)?.label ?? name;
  }

  private timeOf(time: Date | null): string {
    return time ? this.format.time(time) : '';
  }
}
