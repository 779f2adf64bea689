import { Component, computed, inject, input, output } from '@angular/core';
import { Router } from '@angular/router';
import { Session, problemOf } from '@vestibule/angular';
import { Failure, failureOf } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { Providers } from '../../../api/providers';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { Reauthenticator } from '../../reauthenticate/reauthenticator';

/** The second step of a link: the signed-in user confirms it. */
@Component({
  selector: 'vestibule-confirm-link',
  imports: [FailureBox, FocusWhen],
  templateUrl: './confirm-link.html',
  styles: `
    strong {
      overflow-wrap: anywhere;
    }
  `,
})
export class ConfirmLink {
  private readonly links = inject(Links);
  private readonly providers = inject(Providers);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly router = inject(Router);
  private readonly session = inject(Session);

  readonly link = input.required<PendingLink>();
  /** The link expired, or another tab confirmed or cancelled it. */
  readonly removed = output<Failure>();
  /** The link is confirmed or cancelled; the value is the status message for the next page. */
  readonly finished = output<string>();

  protected readonly attempt = new Attempt();
  protected readonly wrongAccount = computed(
    () => this.attempt.failure()?.code === 'link_account_mismatch',
  );
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? user?.displayName ?? 'this user';
  });

  protected async confirm(): Promise<void> {
    await this.run(async () => {
      await this.reauthenticator.run(async () => {
        const { label } = await this.links.confirm();
        this.providers.rememberLastUsed(this.link().provider);
        void this.session.reloadUser();
        this.finished.emit(`${label} is now linked to your account.`);
      });
    });
  }

  protected async cancel(): Promise<void> {
    await this.run(async () => {
      await this.links.cancel();
      this.finished.emit('Nothing was linked.');
    });
  }

  /** Signs out and returns to this page, which then asks for the sign-in. */
  protected async signInAgain(): Promise<void> {
    await this.run(() => this.session.signOut(this.router.url));
  }

  private async run(action: () => Promise<void>): Promise<void> {
    await this.attempt.run(async () => {
      try {
        await action();
      } catch (error) {
        if (problemOf(error)?.code !== 'no_pending_link') throw error;
        this.removed.emit(failureOf(error));
      }
    });
  }
}
