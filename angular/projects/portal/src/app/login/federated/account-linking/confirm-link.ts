import { Component, afterNextRender, computed, inject, input, output, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../../api/account-sentences';
import { Failure } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { Providers } from '../../../api/providers';
import { FailureBox } from '../../../ui/failure-box';
import { Reauthenticator } from '../../reauthenticate/reauthenticator';

/** The second step of a link: whoever has proven the account says that the provider may open it from now on. */
@Component({
  selector: 'app-confirm-link',
  imports: [FailureBox],
  templateUrl: './confirm-link.html',
  styles: `
    strong {
      overflow-wrap: anywhere;
    }
  `,
})
export class ConfirmLink {
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly links = inject(Links);
  private readonly providers = inject(Providers);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly link = input.required<PendingLink>();
  /** It expired, or was used or cancelled in another tab. */
  readonly gone = output<Failure>();
  readonly left = output<string>();

  protected readonly busy = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  /** What signing in as somebody else can mend. */
  protected readonly signInHelps = computed(() => this.failure()?.code === 'link_account_mismatch');
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? user?.displayName ?? 'yourself';
  });

  constructor() {
    afterNextRender(() => this.reauthenticator.announceReturn());
  }

  protected async confirm(): Promise<void> {
    await this.attempt(async () => {
      await this.reauthenticator.run(async () => {
        const { label } = await this.links.confirm();
        this.providers.rememberLastUsed(this.link().provider);
        void this.session.reloadUser();
        this.left.emit(`${label} is now linked to your account.`);
      });
    });
  }

  protected async cancel(): Promise<void> {
    await this.attempt(async () => {
      await this.links.cancel();
      this.left.emit('Nothing was linked.');
    });
  }

  /** The page stays, and asks for the sign-in first. */
  protected async signInAgain(): Promise<void> {
    await this.attempt(() => this.session.signOut(this.router.url));
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      await step();
    } catch (error) {
      const failure = accountFailureOf(error);
      if (failure.code === 'no_pending_link') this.gone.emit(failure);
      else this.failure.set(failure);
    } finally {
      this.busy.set(false);
    }
  }
}
