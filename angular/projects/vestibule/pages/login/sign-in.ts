import { Location } from '@angular/common';
import { Component, afterNextRender, computed, inject, signal } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { ReturnTo, ServiceSettings, isEndReason } from '@vestibule/angular';
import { TEXT } from '../text/text-loader';
import { SignInIllustration } from '../ui/sign-in-illustration';
import { VestibuleRoot } from '../ui/vestibule-root';
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
  hostDirectives: [VestibuleRoot],
  imports: [PasswordLogin, ProviderList, SignInIllustration],
  template: `
    <div class="sign-in-layout">
      <vestibule-sign-in-illustration class="illustration" />
      <section class="card">
        <h1 tabindex="-1">{{ text('signIn.title') }}</h1>
        @if (endSentence(); as sentence) {
          <p class="notice" role="status">{{ sentence }}</p>
        }
        <vestibule-password-login [takesFocus]="true" (attempted)="attempted.set(true)" />
        @if (settings.current().mail) {
          <p class="forgot">
            <a [href]="forgotUrl()">{{ text('signIn.forgot') }}</a>
          </p>
        }
        <vestibule-provider-list [returnTo]="returnTo" />
      </section>
    </div>
  `,
  styles: `
    .forgot {
      margin: 1rem 0 0;
    }
  `,
})
export class SignIn {
  protected readonly text = inject(TEXT);

  private readonly location = inject(Location);
  private readonly route = inject(ActivatedRoute);
  private readonly router = inject(Router);
  private readonly query = this.route.snapshot.queryParamMap;
  /** Why the last session ended. */
  private readonly reason = this.query.get('reason');

  private readonly targets = inject(ReturnTo);
  /** Without mail, only an administrator can help with a forgotten password. */
  protected readonly settings = inject(ServiceSettings);

  protected readonly returnTo = this.targets.read(this.query.get('returnTo'));
  protected readonly attempted = signal(false);
  protected readonly endSentence = computed(() =>
    isEndReason(this.reason) && !this.attempted() ? this.text(`end.${this.reason}`) : null,
  );

  constructor() {
    // A reload and a bookmark of this address must not report the sign-out again.
    if (this.reason === 'signed_out') afterNextRender(() => this.removeReason());
  }

  /** Keeps the page to which the user wants to return. */
  protected forgotUrl(): string {
    return this.targets.of(this.router.url.replace(/^[^?]*/, '/forgot-password'));
  }

  private removeReason(): void {
    const url = this.router.createUrlTree([], {
      relativeTo: this.route,
      queryParams: { reason: null },
      queryParamsHandling: 'merge',
    });
    this.location.replaceState(this.router.serializeUrl(url), '', this.location.getState());
  }
}
