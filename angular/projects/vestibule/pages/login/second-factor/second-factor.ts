import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Mfa } from '../../api/mfa';
import { Attempt } from '../../ui/attempt';
import { CodeForm } from '../../ui/code-form';
import { FailureBox } from '../../ui/failure-box';
import { SignInIllustration } from '../../ui/sign-in-illustration';

/** The page of a pending session: it asks for a code of the authenticator app. */
@Component({
  selector: 'vestibule-second-factor',
  imports: [CodeForm, FailureBox, SignInIllustration],
  templateUrl: './second-factor.html',
})
export class SecondFactor {
  private readonly mfa = inject(Mfa);
  private readonly session = inject(Session);

  protected readonly cancelling = new Attempt();

  protected readonly verify = async (code: string): Promise<void> =>
    this.session.apply((await this.mfa.verify(code)).session);

  protected async cancel(): Promise<void> {
    await this.cancelling.run(() => this.session.signOut());
  }
}
