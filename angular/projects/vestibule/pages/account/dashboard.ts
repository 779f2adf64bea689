import { Component, DestroyRef, computed, inject, linkedSignal, signal } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { Session } from '@vestibule/angular';
import { TEXT } from '../text/text-loader';
import { FocusWhen } from '../ui/focus-when';
import { returnParamsOf } from '../ui/return-params';
import { Status, statusOf } from '../ui/status';
import { StatusMessage } from '../ui/status-message';
import { VestibuleRoot } from '../ui/vestibule-root';
import { AccountNav } from './account-nav';
import { AccountActivity } from './activity/account-activity';
import { AccountData } from './data/account-data';
import { DeletionBanner } from './data/deletion-banner';
import { PasskeyNotice } from './passkey-notice';
import { Profile } from './profile/profile';
import { SECTION_PARAM, sectionOf, titleOf } from './section';
import { Security } from './security/security';
import { AccountSessions } from './sessions/account-sessions';

/**
 * The account page. `?section=` names the part that is shown: profile, security, sessions, activity or data. It is a
 * parameter and no path, so that the page works at any path of an application, and a proxy needs no rule for each part.
 */
@Component({
  selector: 'vestibule-dashboard',
  imports: [
    AccountActivity,
    AccountData,
    AccountNav,
    AccountSessions,
    DeletionBanner,
    FocusWhen,
    PasskeyNotice,
    Profile,
    Security,
    StatusMessage,
  ],
  hostDirectives: [VestibuleRoot],
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.css',
})
export class Dashboard {
  private readonly router = inject(Router);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  private readonly initialStatus = statusOf(this.router);
  protected readonly user = this.session.user;
  protected readonly section = signal(this.currentSection());
  protected readonly title = computed(() => titleOf(this.section()));
  /** Counts changes of the section: the heading gets the focus, as on a new page. */
  protected readonly changes = signal(0);
  /** Counts declined offers of a passkey. */
  protected readonly declined = signal(0);
  /** What happened on the page before this one. It belongs to the first section. */
  protected readonly status = linkedSignal<number, Status | null>({
    source: this.changes,
    computation: (changes) => (changes === 0 ? this.initialStatus : null),
  });

  constructor() {
    const events = this.router.events.subscribe((event) => {
      if (!(event instanceof NavigationEnd) || this.currentSection() === this.section()) return;
      this.section.set(this.currentSection());
      this.changes.update((count) => count + 1);
    });
    inject(DestroyRef).onDestroy(() => events.unsubscribe());
  }

  private currentSection() {
    return sectionOf(returnParamsOf(this.router).get(SECTION_PARAM));
  }
}
