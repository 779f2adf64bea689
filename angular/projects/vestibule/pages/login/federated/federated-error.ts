import { Location } from '@angular/common';
import { Component, computed, effect, inject } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { ReturnTo, Session, VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Failure } from '../../api/failure';
import { Login } from '../../api/login';
import { Providers } from '../../api/providers';
import { refusalText } from '../../api/refusal';
import { PageTitle } from '../../text/page-title';
import { TEXT } from '../../text/text-loader';
import type { Message, Translate } from '../../text/texts';
import { FailureBox } from '../../ui/failure-box';
import { urlWithoutReturnParams } from '../../ui/return-params';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { TraceId } from '../../ui/trace-id';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { PasswordLogin } from '../password/password-login';
import { ProviderList, loginQuery } from './provider-list';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The page `/login?error=CODE`: what happened, what to do next, and the ID of the audit event. An attacker can write the
 * URL, so the page shows nothing of it except an ID that has the form of a UUID.
 */
@Component({
  selector: 'vestibule-federated-error',
  hostDirectives: [VestibuleRoot],
  imports: [FailureBox, PasswordLogin, ProviderList, SignInIllustration, TraceId],
  templateUrl: './federated-error.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
  `,
})
export class FederatedError {
  private readonly location = inject(Location);
  private readonly login = inject(Login);
  private readonly options = inject(VESTIBULE_OPTIONS);
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  protected readonly providers = inject(Providers);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  private readonly code = this.query.get('error');
  private readonly providerName = this.query.get('provider');
  private readonly provider = computed(() =>
    this.providers.list()?.find(({ name }) => name === this.providerName),
  );
  /** Screen readers announce the alert once, so it waits until the label of the provider is known. */
  private readonly ready = computed(
    () => this.providerName === null || this.providers.list() !== null || this.providers.failed(),
  );

  private readonly returnTargets = inject(ReturnTo);
  protected readonly returnTo = this.returnTargets.read(this.query.get('returnTo'));
  private readonly router = inject(Router);
  /** Without the parameters of an action that was not completed. */
  protected readonly backUrl = this.returnTargets.href(this.returnTo, (url) =>
    urlWithoutReturnParams(this.router, url),
  );
  protected readonly backToAccount = this.backUrl.split('?')[0] === this.returnTargets.href(null);
  protected readonly signInUrl = this.location.prepareExternalUrl(
    this.options.loginPath + loginQuery(this.returnTo, false),
  );
  protected readonly trace = uuidOrNull(this.query.get('trace'));

  /** The user cancelled at the provider. That is no error: the page says so in one line. */
  protected readonly cancelled = this.code === 'login_cancelled';
  protected readonly cancelText = computed(() => {
    const label = this.provider()?.label;
    return label === undefined
      ? this.text('federated.cancelled')
      : this.text('federated.cancelledWith', label);
  });
  /** The link that starts the cancelled login again. */
  protected readonly retry = computed(() => {
    const provider = this.provider();
    if (!provider?.available) return null;
    return {
      ...provider,
      href: provider.loginUrl + loginQuery(this.returnTo, this.login.remember()),
    };
  });

  protected readonly heading = computed<Message>(() => {
    const key = this.session.signedIn() ? 'federated.refusedTitle' : 'signIn.title';
    return (text) => text(key);
  });
  protected readonly failure = computed<Failure | null>(() => {
    if (!this.ready()) return null;
    const signedIn = this.session.signedIn();
    const label = this.provider()?.label;
    return {
      code: this.code,
      text: (text) =>
        `${whatFailed(text, label, signedIn)} ${refusalText(text, this.code, signedIn)}`,
      retryAfter: null,
    };
  });

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.show(this.heading()));
    // On the other pages the provider list loads it.
    if (this.session.signedIn() || this.cancelled) void this.providers.load();
  }
}

function whatFailed(text: Translate, label: string | undefined, signedIn: boolean): string {
  if (signedIn) {
    return label === undefined
      ? text('federated.requestFailed')
      : text('federated.requestFailedWith', label);
  }
  return label === undefined ? text('federated.failed') : text('federated.failedWith', label);
}

function uuidOrNull(text: string | null): string | null {
  return text !== null && UUID.test(text) ? text : null;
}
