import { Location } from '@angular/common';
import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { ReturnTo, ServiceSettings, isEndReason } from '@vestibule/angular';
import { TEXT } from '../text/text-loader';
import { SignInIllustration } from '../ui/sign-in-illustration';
import { VestibuleRoot } from '../ui/vestibule-root';
import type { PasskeyLogin } from '../passkey/passkey-login';
import { ProviderList } from './federated/provider-list';
import { PasswordLogin } from './password/password-login';

/** After this time, the first view has made its requests. */
const FIRST_VIEW_MS = 2_000;

/**
 * The sign-in page: password login, passkeys and the list of providers.
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
        @if (passwords()) {
          <vestibule-password-login [takesFocus]="true" (attempted)="attempted.set(true)" />
          @if (settings.current().mail) {
            <p class="forgot">
              <a [href]="forgotUrl()">{{ text('signIn.forgot') }}</a>
            </p>
          }
        }
        <div #passkey></div>
        @if (passkeys()) {
          <button
            type="button"
            [attr.class]="passwords() ? 'secondary wide' : 'button wide'"
            (click)="withPasskey()"
          >
            {{ text('signIn.passkey') }}
          </button>
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

  protected readonly passwords = computed(() => this.settings.current().passwords !== false);
  protected readonly passkeys = computed(
    () => this.settings.current().passkeys && 'PublicKeyCredential' in globalThis,
  );
  private readonly injector = inject(Injector);
  private readonly place = viewChild.required<ElementRef<HTMLElement>>('passkey');
  private passkeyLogin: Promise<PasskeyLogin | undefined> | undefined;

  constructor() {
    afterNextRender(() =>
      setTimeout(
        () => (!this.passwords() || this.passkeys()) && this.loadPasskeys(),
        this.passwords() ? FIRST_VIEW_MS : 0,
      ),
    );
    // A reload and a bookmark of this address must not report the sign-out again.
    if (this.reason === 'signed_out') afterNextRender(() => this.removeReason());
  }

  /** Keeps the page to which the user wants to return. */
  protected forgotUrl(): string {
    return this.targets.of(this.router.url.replace(/^[^?]*/, '/forgot-password'));
  }

  protected async withPasskey(): Promise<void> {
    await (await this.loadPasskeys())?.signIn();
  }

  /** Resolves to `undefined` if the code could not be loaded. */
  private loadPasskeys(): Promise<PasskeyLogin | undefined> {
    return (this.passkeyLogin ??= import('./after-first-view')
      .then(({ showPasskeyLogin }) => showPasskeyLogin(this.place().nativeElement, this.injector))
      .catch(() => (this.passkeyLogin = undefined)));
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
