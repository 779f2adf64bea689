import { Component, computed, inject, input, output, signal } from '@angular/core';
import { Session } from 'vestibule';
import { accountFailureOf } from '../../../api/account-sentences';
import { Failure } from '../../../api/failure';
import { Links, PendingLink } from '../../../api/links';
import { END_SENTENCES } from '../../../api/sentences';
import { FailureBox } from '../../../ui/failure-box';
import { TraceId } from '../../../ui/trace-id';
import { PasswordLogin } from '../../password/password-login';
import { ProviderList } from '../provider-list';

/** The first step of a link: signing in to the account the way its owner used to. */
@Component({
  selector: 'app-link-sign-in',
  imports: [FailureBox, PasswordLogin, ProviderList, TraceId],
  template: `
    <h1 tabindex="-1">One more step to sign in with {{ link().label }}</h1>
    @if (endSentence(); as sentence) {
      <p class="notice" role="status">{{ sentence }}</p>
    }
    <p>
      There is already an account with the address
      @if (link().email; as email) {
        <strong>{{ email }}</strong>.
      } @else {
        that {{ link().label }} knows you by.
      }
      Sign in to it once the way you used to, then confirm that it may also be reached through
      {{ link().label }}.
    </p>
    <app-failure-box [failure]="failure()" />
    <app-password-login />
    <app-provider-list [returnTo]="here()" [except]="link().provider" />
    @if (link().trace; as trace) {
      <app-trace-id [trace]="trace">
        If you cannot sign in to it, ask your administrator, and give them this number:
      </app-trace-id>
    } @else {
      <p>If you cannot sign in to it, ask your administrator.</p>
    }
    <div class="actions">
      <button type="button" class="secondary" (click)="cancel()">Cancel</button>
    </div>
  `,
  styles: `
    strong {
      overflow-wrap: anywhere;
    }
    app-provider-list + * {
      margin-block-start: 1.25rem;
    }
  `,
})
export class LinkSignIn {
  private readonly links = inject(Links);
  private readonly session = inject(Session);

  readonly link = input.required<PendingLink>();
  /** The address of this page, to come back to through another provider. */
  readonly here = input.required<string>();
  readonly left = output<string>();

  protected readonly failure = signal<Failure | null>(null);
  protected readonly endSentence = computed(() => {
    const reason = this.session.endReason();
    return reason === null || reason === 'signed_out' ? null : END_SENTENCES[reason];
  });

  protected async cancel(): Promise<void> {
    this.failure.set(null);
    try {
      await this.links.cancel();
      this.left.emit('Nothing was linked.');
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    }
  }
}
