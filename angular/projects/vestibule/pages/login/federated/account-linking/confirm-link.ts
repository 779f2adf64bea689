import { Component, computed, inject, input, output } from '@angular/core';
import { Router } from '@angular/router';
import { Session, problemOf } from '@vestibule/angular';
import { Failure, failureOf } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { Providers } from '../../../api/providers';
import { TEXT } from '../../../text/text-loader';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { LinkResult } from './link-result';
import { Reauthenticator } from '../../reauthenticate/reauthenticator';

/** The second step of a link: the signed-in user confirms it. */
@Component({
  selector: 'vestibule-confirm-link',
  imports: [FailureBox, FocusWhen],
  templateUrl: './confirm-link.html',
  styles: `
    p {
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
  protected readonly text = inject(TEXT);

  readonly link = input.required<PendingLink>();
  /** The link expired, or another tab confirmed or cancelled it. */
  readonly removed = output<Failure>();
  /** The link is confirmed or cancelled. */
  readonly finished = output<LinkResult>();

  protected readonly attempt = new Attempt();
  /** The account of the link has the address of the identity. The server decides; this only warns in advance. */
  protected readonly wrongAccount = computed(() => {
    const address = comparable(this.link().email);
    const user = this.session.user();
    const names = [user?.email, user?.username].map(comparable);
    return (
      this.attempt.failure()?.code === 'link_account_mismatch' ||
      (user !== null && address !== '' && !names.includes(address))
    );
  });
  protected readonly shownFailure = computed(() => {
    const failure = this.attempt.failure();
    return failure?.code === 'link_account_mismatch' ? null : failure;
  });
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? user?.displayName ?? this.text('link.thisUser');
  });
  protected readonly effectText = computed(() => {
    const { label, email } = this.link();
    return email ? this.text('link.effectAs', label, email) : this.text('link.effect', label);
  });

  protected async confirm(): Promise<void> {
    await this.run(async () => {
      await this.reauthenticator.run(async () => {
        const { label } = await this.links.confirm();
        this.providers.rememberLastUsed(this.link().provider);
        void this.session.reloadUser();
        this.finished.emit({ message: this.text('link.linked', label), good: true });
      });
    });
  }

  protected async cancel(): Promise<void> {
    await this.run(async () => {
      await this.links.cancel();
      this.finished.emit({ message: this.text('link.nothingLinked'), good: false });
    });
  }

  /** Signs out and returns to this page, which then asks for the sign-in. */
  protected async signInAgain(): Promise<void> {
    await this.run(() => this.session.signOut({ to: this.router.url }));
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

/** Returns an address in the form in which the server compares it. */
function comparable(text: string | null | undefined): string {
  return (text ?? '').normalize('NFKC').toLowerCase();
}
