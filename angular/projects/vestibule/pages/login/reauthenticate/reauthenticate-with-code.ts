import { Component, DestroyRef, inject, input, output } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { SecondFactorForm, SecondFactorProof } from '../second-factor/second-factor-form';

/** Re-authenticates with a code: of the authenticator app, by message, or a recovery code. */
@Component({
  selector: 'vestibule-reauthenticate-with-code',
  imports: [SecondFactorForm],
  template: `
    <vestibule-second-factor-form [methods]="methods()" [verify]="verify">
      <ng-content />
    </vestibule-second-factor-form>
  `,
})
export class ReauthenticateWithCode {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly methods = input.required<readonly string[]>();
  readonly reauthenticated = output();

  protected readonly verify = async ({ code }: SecondFactorProof): Promise<void> => {
    // The session id has changed, also if the user closed the dialog before the response.
    this.session.apply(await this.reauthentication.withCode(code));
    if (!this.destroyed.destroyed) this.reauthenticated.emit();
  };
}
