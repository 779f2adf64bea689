import { Component, computed, inject, signal } from '@angular/core';
import { ServiceSettings, Session, SessionView } from '@vestibule/angular';
import { FactorsApi } from '../../api/factors';
import { Mfa } from '../../api/mfa';
import { PasskeysApi } from '../../api/passkeys';
import { PasskeyOffer } from '../../passkey/passkey-offer';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { injectPageLeft } from '../../ui/page-left';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { FewCodesLeft } from './few-codes-left';
import { SecondFactorForm, SecondFactorProof } from './second-factor-form';

/** With so few recovery codes left, the user should create new ones. */
const FEW_CODES = 3;

/** The page of a pending session: it asks for a passkey, a code of the authenticator app, or a recovery code. */
@Component({
  selector: 'vestibule-second-factor',
  hostDirectives: [VestibuleRoot],
  imports: [FailureBox, FewCodesLeft, SecondFactorForm, SignInIllustration],
  templateUrl: './second-factor.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
    details {
      margin-block-start: 1.25rem;
    }
    summary {
      min-block-size: 1.5rem;
      color: var(--accent);
      cursor: pointer;
    }
    summary + p {
      margin-block-start: 0.75rem;
    }
  `,
})
export class SecondFactor {
  private readonly factors = inject(FactorsApi);
  private readonly mfa = inject(Mfa);
  private readonly offers = inject(PasskeyOffer);
  private readonly pageLeft = injectPageLeft();
  private readonly passkeys = inject(PasskeysApi);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  /** The account that the code is for: a user can have several. */
  protected readonly account = computed(() => {
    const account = this.session.account();
    return account?.username ?? account?.displayName ?? null;
  });
  protected readonly methods = this.session.methods;
  protected readonly trustDays = computed(() => this.settings.current().trustDays ?? null);
  protected readonly supportUrl = computed(() => this.settings.current().brand?.supportUrl ?? null);
  /** The user is signed in, and few recovery codes are left. */
  protected readonly fewCodesLeft = signal<{
    readonly left: number;
    readonly session: SessionView;
  } | null>(null);
  protected readonly cancelling = new Attempt();

  protected readonly verify = async (proof: SecondFactorProof): Promise<void> => {
    const { session } =
      proof.method === 'passkey'
        ? await this.passkeys.verify(proof.passkey, proof.trustDevice)
        : await this.mfa.verify(proof.code, proof.trustDevice);
    if (proof.method === 'recoveryCode' && session.state === 'signedIn') {
      const left = await this.recoveryCodesLeft();
      if (left <= FEW_CODES) {
        this.fewCodesLeft.set({ left, session });
        return;
      }
    }
    await this.finish(await this.offers.offer(session));
  };

  /** The library navigates when the session changes. */
  protected async finish(session: SessionView): Promise<void> {
    const left = this.pageLeft();
    this.session.apply(session);
    await left;
  }

  protected async cancel(): Promise<void> {
    await this.cancelling.run(() => this.session.signOut());
  }

  /** The user is signed in whether or not the number can be read. */
  private async recoveryCodesLeft(): Promise<number> {
    try {
      return (await this.factors.list()).recoveryCodesLeft;
    } catch {
      return Infinity;
    }
  }
}
