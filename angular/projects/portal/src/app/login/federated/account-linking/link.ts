import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  signal,
} from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, returnPath } from 'vestibule';
import { accountFailureOf } from '../../../api/account-sentences';
import { Failure } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { SignInIllustration } from '../../../ui/sign-in-illustration';
import { FailureBox } from '../../../ui/failure-box';
import { ConfirmLink } from './confirm-link';
import { LinkSignIn } from './link-sign-in';

/**
 * A provider knows somebody by the address of an account that is here already. First the account is proven by
 * signing in to it, then the link is confirmed: signing in alone never links.
 */
@Component({
  selector: 'app-link',
  imports: [ConfirmLink, SignInIllustration, FailureBox, LinkSignIn],
  templateUrl: './link.html',
})
export class Link {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly links = inject(Links);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  private readonly returnTo =
    returnPath(inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo')) ?? '/';

  protected readonly pending = signal<PendingLink | null>(null);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly gone = computed(() => this.failure()?.code === 'no_pending_link');
  protected readonly here = this.router.url;

  constructor() {
    // Each step starts at its heading: the button that led there is gone.
    effect(() => {
      if (!this.pending() && !this.gone()) return;
      this.session.signedIn();
      afterNextRender(() => this.host.nativeElement.querySelector('h1')?.focus(), {
        injector: this.injector,
      });
    });
    void this.load();
  }

  protected async load(): Promise<void> {
    this.failure.set(null);
    try {
      this.pending.set(await this.links.pending());
    } catch (error) {
      this.lost(accountFailureOf(error));
    }
  }

  protected lost(failure: Failure): void {
    this.pending.set(null);
    this.failure.set(failure);
  }

  /** On to where the person was going, with a word on what came of the link. */
  protected async leave(said: string): Promise<void> {
    await this.router.navigateByUrl(this.target(), { state: { said } });
  }

  private target(): string {
    if (this.session.signedIn()) return this.returnTo;
    return this.returnTo === '/'
      ? '/login'
      : `/login?returnTo=${encodeURIComponent(this.returnTo)}`;
  }
}
