import { Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, returnPath } from '@vestibule/angular';
import { Failure } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { SignInIllustration } from '../../../ui/sign-in-illustration';
import { ConfirmLink } from './confirm-link';
import { LinkSignIn } from './link-sign-in';

/**
 * The page of a pending link: the address at a provider belongs to an existing account. The user signs in to that account
 * and then confirms the link. Signing in alone never links, because an attacker may have started the link.
 */
@Component({
  selector: 'vestibule-link',
  imports: [ConfirmLink, FailureBox, FocusWhen, LinkSignIn, SignInIllustration],
  templateUrl: './link.html',
})
export class Link {
  private readonly links = inject(Links);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  private readonly returnTo =
    returnPath(inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo')) ?? '/';

  protected readonly pending = signal<PendingLink | null>(null);
  protected readonly loading = new Attempt();
  protected readonly notFound = computed(() => this.loading.failure()?.code === 'no_pending_link');
  protected readonly currentUrl = this.router.url;

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    await this.loading.run(async () => this.pending.set(await this.links.pending()));
  }

  /** The link expired, or another tab confirmed or cancelled it. */
  protected removed(failure: Failure): void {
    this.pending.set(null);
    this.loading.failure.set(failure);
  }

  /** Continues to the page the user wanted, which shows the message. */
  protected async finish(statusMessage: string): Promise<void> {
    await this.router.navigateByUrl(this.target(), { state: { statusMessage } });
  }

  private target(): string {
    if (this.session.signedIn()) return this.returnTo;
    return this.returnTo === '/'
      ? '/login'
      : `/login?returnTo=${encodeURIComponent(this.returnTo)}`;
  }
}
