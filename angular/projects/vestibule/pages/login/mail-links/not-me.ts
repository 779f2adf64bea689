import { Component, computed, inject } from '@angular/core';
import { ReturnTo, ServiceSettings, Session } from '@vestibule/angular';
import { MailLinks } from '../../api/mail-links';
import { TEXT } from '../../text/text-loader';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { LinkAction } from './link-action';
import { injectLinkToken } from './link-token';

/**
 * The page `/not-me#token=`: a user reports that an action in a notice was not their own. A signed-in user needs no
 * token.
 */
@Component({
  selector: 'vestibule-not-me',
  hostDirectives: [VestibuleRoot],
  imports: [LinkAction],
  template: `
    <vestibule-link-action
      name="notMe"
      [token]="token()"
      [needsToken]="!session.signedIn()"
      [action]="action"
    >
      @if (mail()) {
        <a class="button" [href]="forgotUrl">{{ text('notMe.newPassword') }}</a>
      }
    </vestibule-link-action>
  `,
})
export class NotMe {
  private readonly links = inject(MailLinks);
  protected readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  protected readonly token = injectLinkToken();
  protected readonly mail = computed(() => this.settings.current().mail === true);
  protected readonly forgotUrl = inject(ReturnTo).of('/forgot-password');

  protected readonly action = async (): Promise<void> => {
    await this.links.notMe(this.token());
    // All sessions have ended, also the one of this browser.
    if (this.session.hasSession()) await this.session.refresh().catch(() => undefined);
  };
}
