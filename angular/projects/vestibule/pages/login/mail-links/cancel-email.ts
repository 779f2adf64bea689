import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { MailLinks } from '../../api/mail-links';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { LinkAction } from './link-action';
import { injectLinkToken } from './link-token';

/** The page `/cancel-email#token=`: cancels a change of the address, from the old address. */
@Component({
  selector: 'vestibule-cancel-email',
  hostDirectives: [VestibuleRoot],
  imports: [LinkAction],
  template: ` <vestibule-link-action name="cancelEmail" [token]="token()" [action]="action" /> `,
})
export class CancelEmail {
  private readonly links = inject(MailLinks);
  private readonly session = inject(Session);

  protected readonly token = injectLinkToken();

  protected readonly action = async (): Promise<void> => {
    await this.links.cancelEmail(this.token() ?? '');
    if (this.session.signedIn()) void this.session.reloadUser();
  };
}
