import { Component, computed, inject, signal } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { isEndReason, returnPath } from '@vestibule/angular';
import { END_SENTENCES } from '../api/sentences';
import { SignInIllustration } from '../ui/sign-in-illustration';
import { ProviderList } from './federated/provider-list';
import { PasswordLogin } from './password/password-login';

/**
 * The sign-in page: password login and the list of providers.
 *
 * @example
 * ```ts
 * { path: 'login', canActivate: [guestGuard], component: SignIn }
 * ```
 */
@Component({
  selector: 'vestibule-sign-in',
  imports: [PasswordLogin, ProviderList, SignInIllustration],
  template: `
    <div class="sign-in-layout">
      <vestibule-sign-in-illustration class="illustration" />
      <section class="card">
        <h1 tabindex="-1">Sign in</h1>
        @if (endSentence(); as sentence) {
          <p class="notice" role="status">{{ sentence }}</p>
        }
        <vestibule-password-login (attempted)="attempted.set(true)" />
        <vestibule-provider-list [returnTo]="returnTo" />
      </section>
    </div>
  `,
})
export class SignIn {
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  /** Why the last session ended. */
  private readonly reason = this.query.get('reason');

  protected readonly returnTo = returnPath(this.query.get('returnTo'));
  protected readonly attempted = signal(false);
  protected readonly endSentence = computed(() =>
    isEndReason(this.reason) && !this.attempted() ? END_SENTENCES[this.reason] : null,
  );
}
