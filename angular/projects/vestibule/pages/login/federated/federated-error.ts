import { Component, computed, inject } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, returnPath } from '@vestibule/angular';
import { Failure } from '../../api/failure';
import { refusalText } from '../../api/refusal';
import { Providers } from '../../api/providers';
import { FailureBox } from '../../ui/failure-box';
import { urlWithoutReturnParams } from '../../ui/return-params';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { TraceId } from '../../ui/trace-id';
import { PasswordLogin } from '../password/password-login';
import { ProviderList } from './provider-list';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The page `/login?error=CODE`: what happened, what to do next, and the ID of the audit event. An attacker can write the
 * URL, so the page shows nothing of it except an ID that has the form of a UUID.
 */
@Component({
  selector: 'vestibule-federated-error',
  imports: [FailureBox, PasswordLogin, ProviderList, SignInIllustration, TraceId],
  templateUrl: './federated-error.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
  `,
})
export class FederatedError {
  private readonly providers = inject(Providers);
  private readonly router = inject(Router);
  private readonly query = inject(ActivatedRoute).snapshot.queryParamMap;
  protected readonly session = inject(Session);

  private readonly code = this.query.get('error');
  private readonly provider = this.query.get('provider');
  private readonly label = computed(
    () => this.providers.list()?.find(({ name }) => name === this.provider)?.label,
  );
  /** Screen readers announce the alert once, so it waits until the label of the provider is known. */
  private readonly ready = computed(
    () => this.provider === null || this.providers.list() !== null || this.providers.failed(),
  );

  protected readonly returnTo = returnPath(this.query.get('returnTo'));
  /** Without the parameters of an action that was not completed. */
  protected readonly backUrl = urlWithoutReturnParams(this.router, this.returnTo ?? '/');
  protected readonly trace = uuidOrNull(this.query.get('trace'));
  protected readonly failure = computed<Failure | null>(() => {
    if (!this.ready()) return null;
    const label = this.label();
    const signedIn = this.session.signedIn();
    const what = signedIn
      ? `Your request${label === undefined ? '' : ` to ${label}`} was not completed.`
      : `Sign-in${label === undefined ? '' : ` with ${label}`} failed.`;
    return {
      code: this.code,
      text: (text) => `${what} ${refusalText(text, this.code, signedIn)}`,
      retryAfter: null,
    };
  });

  constructor() {
    // For other users the provider list on this page loads it.
    if (this.session.signedIn()) void this.providers.load();
  }
}

function uuidOrNull(text: string | null): string | null {
  return text !== null && UUID.test(text) ? text : null;
}
