import { Component, computed, inject, input, output } from '@angular/core';
import { ServiceSettings, Session } from '@vestibule/angular';
import { Links, PendingLink } from '../../../api/links';
import { TEXT } from '../../../text/text-loader';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { TraceId } from '../../../ui/trace-id';
import { PasskeyLogin } from '../../../passkey/passkey-login';
import { PasswordLogin } from '../../password/password-login';
import { ProviderList } from '../provider-list';
import { LinkResult } from './link-result';

/** The first step of a link: the user signs in to the existing account. */
@Component({
  selector: 'vestibule-link-sign-in',
  imports: [FailureBox, FocusWhen, PasskeyLogin, PasswordLogin, ProviderList, TraceId],
  template: `
    <h1 tabindex="-1" [appFocusWhen]="true">{{ text('link.step', link().label) }}</h1>
    @if (endSentence(); as sentence) {
      <p class="notice" role="status">{{ sentence }}</p>
    }
    <p>
      @if (link().email; as email) {
        {{ text('link.exists', email) }}
      } @else {
        {{ text('link.existsAt', link().label) }}
      }
      {{ text('link.signInFirst', link().label) }}
    </p>
    <vestibule-failure-box [failure]="cancelling.failure()" />
    @if (settings.current().passwords !== false) {
      <vestibule-password-login [userName]="link().email ?? ''" />
    }
    @if (settings.current().passkeys) {
      <vestibule-passkey-login [withButton]="true" />
    }
    <vestibule-provider-list [returnTo]="currentUrl()" [except]="link().provider" />
    @if (link().trace; as trace) {
      <vestibule-trace-id [trace]="trace">{{ text('link.noAccessTrace') }}</vestibule-trace-id>
    } @else {
      <p>{{ text('link.noAccess') }}</p>
    }
    <div class="actions">
      <button type="button" class="secondary" (click)="cancel()">
        {{ text('common.cancel') }}
      </button>
    </div>
  `,
  styles: `
    p {
      overflow-wrap: anywhere;
    }
    vestibule-provider-list + * {
      margin-block-start: 1.25rem;
    }
  `,
})
export class LinkSignIn {
  private readonly links = inject(Links);
  protected readonly text = inject(TEXT);
  private readonly session = inject(Session);
  protected readonly settings = inject(ServiceSettings);

  readonly link = input.required<PendingLink>();
  /** The URL of this page, which the other providers return to. */
  readonly currentUrl = input.required<string>();
  /** The user cancelled. */
  readonly finished = output<LinkResult>();

  protected readonly cancelling = new Attempt();
  protected readonly endSentence = computed(() => {
    const reason = this.session.endReason();
    return reason === null || reason === 'signed_out' ? null : this.text(`end.${reason}`);
  });

  protected async cancel(): Promise<void> {
    await this.cancelling.run(async () => {
      await this.links.cancel();
      this.finished.emit({ message: this.text('link.nothingLinked'), good: false });
    });
  }
}
