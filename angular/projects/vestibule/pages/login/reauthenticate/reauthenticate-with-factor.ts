import { Component, DestroyRef, inject, input, output } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { SecondFactorForm, SecondFactorProof } from '../second-factor/second-factor-form';

/** Re-authenticates with a passkey, a code of the authenticator app or by message, or a recovery code. */
@Component({
  selector: 'vestibule-reauthenticate-with-factor',
  imports: [SecondFactorForm],
  template: `
    <vestibule-second-factor-form [methods]="methods()" [verify]="verify">
      <ng-content />
    </vestibule-second-factor-form>
  `,
})
export class ReauthenticateWithFactor {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly methods = input.required<readonly string[]>();
  readonly reauthenticated = output();

  protected readonly verify = async (proof: SecondFactorProof): Promise<void> => {
    const view =
      proof.method === 'passkey'
        ? this.reauthentication.withPasskey(proof.passkey)
        : this.reauthentication.withCode(proof.code);
    // The session id has changed, also if the user closed the dialog before the response.
    this.session.apply(await view);
    if (!this.destroyed.destroyed) this.reauthenticated.emit();
  };
}
