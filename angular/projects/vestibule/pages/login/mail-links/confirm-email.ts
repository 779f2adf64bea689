import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { MailLinks } from '../../api/mail-links';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { LinkAction } from './link-action';
import { injectLinkToken } from './link-token';

/** The page `/confirm-email#token=`: confirms the address to which the link was sent. */
@Component({
  selector: 'vestibule-confirm-email',
  hostDirectives: [VestibuleRoot],
  imports: [LinkAction],
  template: ` <vestibule-link-action name="confirmEmail" [token]="token()" [action]="action" /> `,
})
export class ConfirmEmail {
  private readonly links = inject(MailLinks);
  private readonly session = inject(Session);

  protected readonly token = injectLinkToken();

  protected readonly action = async (): Promise<void> => {
    await this.links.confirmEmail(this.token() ?? '');
    if (this.session.signedIn()) void this.session.reloadUser();
  };
}
