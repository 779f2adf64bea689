import { Component, computed, inject, input, output } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Links, PendingLink } from '../../../api/links';
import { TEXT } from '../../../text/text-loader';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { TraceId } from '../../../ui/trace-id';
import { PasswordLogin } from '../../password/password-login';
import { ProviderList } from '../provider-list';

/** The first step of a link: the user signs in to the existing account. */
@Component({
  selector: 'vestibule-link-sign-in',
  imports: [FailureBox, FocusWhen, PasswordLogin, ProviderList, TraceId],
  template: `
    <h1 tabindex="-1" [appFocusWhen]="true">One more step to sign in with {{ link().label }}</h1>
    @if (endSentence(); as sentence) {
      <p class="notice" role="status">{{ sentence }}</p>
    }
    <p>
      @if (link().email; as email) {
        An account with the address <strong>{{ email }}</strong> already exists.
      } @else {
        An account with your address at {{ link().label }} already exists.
      }
      Sign in to it with your usual method, then confirm the link to {{ link().label }}.
    </p>
    <vestibule-failure-box [failure]="cancelling.failure()" />
    <vestibule-password-login />
    <vestibule-provider-list [returnTo]="currentUrl()" [except]="link().provider" />
    @if (link().trace; as trace) {
      <vestibule-trace-id [trace]="trace">
        If you cannot sign in to this account, give your administrator this ID:
      </vestibule-trace-id>
    } @else {
      <p>If you cannot sign in to this account, ask your administrator.</p>
    }
    <div class="actions">
      <button type="button" class="secondary" (click)="cancel()">Cancel</button>
    </div>
  `,
  styles: `
    strong {
      overflow-wrap: anywhere;
    }
    vestibule-provider-list + * {
      margin-block-start: 1.25rem;
    }
  `,
})
export class LinkSignIn {
  private readonly links = inject(Links);
  private readonly text = inject(TEXT);
  private readonly session = inject(Session);

  readonly link = input.required<PendingLink>();
  /** The URL of this page, which the other providers return to. */
  readonly currentUrl = input.required<string>();
  /** The user cancelled; the value is the status message for the next page. */
  readonly finished = output<string>();

  protected readonly cancelling = new Attempt();
  protected readonly endSentence = computed(() => {
    const reason = this.session.endReason();
    return reason === null || reason === 'signed_out' ? null : this.text(`end.${reason}`);
  });

  protected async cancel(): Promise<void> {
    await this.cancelling.run(async () => {
      await this.links.cancel();
      this.finished.emit('Nothing was linked.');
    });
  }
}
