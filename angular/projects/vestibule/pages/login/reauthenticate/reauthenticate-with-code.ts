import { Component, DestroyRef, inject, output } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { CodeForm } from '../../ui/code-form';

/** Re-authenticates with a code of the authenticator app. */
@Component({
  selector: 'vestibule-reauthenticate-with-code',
  imports: [CodeForm],
  template: `<vestibule-code-form [verify]="verify"><ng-content /></vestibule-code-form>`,
})
export class ReauthenticateWithCode {
  private readonly destroyed = inject(DestroyRef);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly reauthenticated = output();

  protected readonly verify = async (code: string): Promise<void> => {
    // The session id has changed, also if the user closed the dialog before the response.
    this.session.apply(await this.reauthentication.withCode(code));
    if (!this.destroyed.destroyed) this.reauthenticated.emit();
  };
}
