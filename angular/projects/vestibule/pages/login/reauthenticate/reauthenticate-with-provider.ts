import { HttpClient } from '@angular/common/http';
import { Component, inject, input, output } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { Session, SessionView, ɵApiAddress } from '@vestibule/angular';
import { Reauthentication } from '../../api/reauthentication';
import { ProviderWindow } from '../../ui/provider-window';

/** Re-authenticates at a provider, which must prompt the user, in a window of its own. */
@Component({
  selector: 'vestibule-reauthenticate-with-provider',
  imports: [ProviderWindow],
  template: `
    <vestibule-provider-window
      [names]="names()"
      [separated]="separated()"
      [start]="start"
      [poll]="poll"
    />
  `,
})
export class ReauthenticateWithProvider {
  private readonly api = inject(ɵApiAddress);
  private readonly http = inject(HttpClient);
  private readonly reauthentication = inject(Reauthentication);
  private readonly session = inject(Session);

  readonly names = input.required<readonly string[]>();
  /** Whether another method is above this one. */
  readonly separated = input(false);
  readonly reauthenticated = output();

  /** Time of the last proof when the window opened. */
  private provenBefore: string | null = null;

  protected readonly start = async (name: string): Promise<string> => {
    this.provenBefore = (await this.view()).authenticatedAt;
    return this.reauthentication.withProvider(name, `${this.api.pages}/signed-in`);
  };

  protected readonly poll = async (): Promise<void> => {
    const view = await this.view();
    if (view.state !== 'signedIn' || view.authenticatedAt === this.provenBefore) return;
    await this.session.refresh();
    this.reauthenticated.emit();
  };

  private view(): Promise<SessionView> {
    return firstValueFrom(this.http.get<SessionView>(this.api.url('/auth/session')));
  }
}
