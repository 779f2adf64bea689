import { Location } from '@angular/common';
import { Component, computed, effect, inject, signal } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { ReturnTo, Session, VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Failure } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { PageTitle } from '../../../text/page-title';
import { TEXT } from '../../../text/text-loader';
import type { Message } from '../../../text/texts';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { SignInIllustration } from '../../../ui/sign-in-illustration';
import { carryStatus } from '../../../ui/status';
import { loginQuery } from '../provider-list';
import { VestibuleRoot } from '../../../ui/vestibule-root';
import { ConfirmLink } from './confirm-link';
import { LinkResult } from './link-result';
import { LinkSignIn } from './link-sign-in';

/**
 * The page of a pending link: the address at a provider belongs to an existing account. The user signs in to that account
 * and then confirms the link. Signing in alone never links, because an attacker may have started the link.
 */
@Component({
  selector: 'vestibule-link',
  hostDirectives: [VestibuleRoot],
  imports: [ConfirmLink, FailureBox, FocusWhen, LinkSignIn, SignInIllustration],
  templateUrl: './link.html',
})
export class Link {
  private readonly links = inject(Links);
  private readonly location = inject(Location);
  protected readonly options = inject(VESTIBULE_OPTIONS);
  protected readonly text = inject(TEXT);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  private readonly returnTargets = inject(ReturnTo);
  private readonly returnTo = this.returnTargets.read(
    inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo'),
  );

  protected readonly pending = signal<PendingLink | null>(null);
  protected readonly loading = new Attempt();
  protected readonly notFound = computed(() => this.loading.failure()?.code === 'no_pending_link');
  protected readonly currentUrl = this.returnTargets.of(this.router.url);

  /** The headings of the steps are in their components; the title of the tab agrees with them. */
  private readonly heading = computed<Message>(() => {
    const label = this.pending()?.label;
    if (this.notFound()) return (text) => text('link.nothing');
    if (label === undefined) return (text) => text('link.title');
    const key = this.session.signedIn() ? 'link.confirmTitle' : 'link.step';
    return (text) => text(key, label);
  });

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.show(this.heading()));
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
  protected async finish({ message, good }: LinkResult): Promise<void> {
    const state = { statusMessage: message, statusGood: good };
    if (this.session.signedIn()) {
      const to = this.returnTargets.destination(this.returnTo);
      if (to instanceof URL) carryStatus(to, { message, good });
      await this.returnTargets.leave(this.returnTo, state);
    } else {
      const url = this.options.loginPath + loginQuery(this.returnTo, false);
      await this.router.navigateByUrl(url, { state });
    }
  }

  protected urlOf(path: string): string {
    return this.location.prepareExternalUrl(path);
  }
}
