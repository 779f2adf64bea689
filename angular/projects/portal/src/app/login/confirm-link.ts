import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Session } from 'vestibule';
import { accountFailureOf } from '../api/account-sentences';
import { Failure } from '../api/failure';
import { Links, PendingLink } from '../api/links';
import { Providers } from '../api/providers';
import { FailureBox } from '../ui/failure-box';

/** What signing in as somebody, or anew, can mend. */
const SIGN_IN_AGAIN = ['link_account_mismatch', 'reauthentication_required'];

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
  private readonly links = inject(Links);
  private readonly providers = inject(Providers);
  private readonly session = inject(Session);

  readonly link = input.required<PendingLink>();
  /** It expired, or was used or cancelled in another tab. */
  readonly gone = output<Failure>();
  readonly left = output<string>();

  protected readonly busy = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly signInHelps = computed(() =>
    SIGN_IN_AGAIN.includes(this.failure()?.code ?? ''),
  );
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.username ?? user?.email ?? user?.displayName ?? 'yourself';
  });

  protected async confirm(): Promise<void> {
    await this.attempt(async () => {
      const { label } = await this.links.confirm();
      this.providers.took(this.link().provider);
      void this.session.reloadUser();
      this.left.emit(`${label} is now linked to your account.`);
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
    await this.attempt(() => this.session.signOut());
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
