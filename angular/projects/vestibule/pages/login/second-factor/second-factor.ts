import { Component, computed, inject } from '@angular/core';
import { ServiceSettings, Session } from '@vestibule/angular';
import { Login } from '../../api/login';
import { Mfa } from '../../api/mfa';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { CodeForm } from '../../ui/code-form';
import { FailureBox } from '../../ui/failure-box';
import { injectPageLeft } from '../../ui/page-left';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { VestibuleRoot } from '../../ui/vestibule-root';

/** The page of a pending session: it asks for a code of the authenticator app. */
@Component({
  selector: 'vestibule-second-factor',
  hostDirectives: [VestibuleRoot],
  imports: [CodeForm, FailureBox, SignInIllustration],
  templateUrl: './second-factor.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
    details {
      margin-block-start: 1.5rem;
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
  private readonly mfa = inject(Mfa);
  private readonly pageLeft = injectPageLeft();
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  /** The account that the code is for. */
  protected readonly account = inject(Login).userName;
  protected readonly supportUrl = computed(() => this.settings.current().brand?.supportUrl ?? null);
  protected readonly cancelling = new Attempt();

  protected readonly verify = async (code: string): Promise<void> => {
    const { session } = await this.mfa.verify(code);
    const left = this.pageLeft();
    this.session.apply(session);
    await left;
  };

  protected async cancel(): Promise<void> {
    await this.cancelling.run(() => this.session.signOut());
  }
}
