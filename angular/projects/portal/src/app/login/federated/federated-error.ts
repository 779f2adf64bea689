import { Component, computed, inject } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, returnPath } from 'vestibule';
import { Failure } from '../../api/failure';
import { Providers } from '../../api/providers';
import { federatedErrorSentence } from '../../api/federated-sentences';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { FailureBox } from '../../ui/failure-box';
import { urlWithoutReturnParams } from '../../ui/return-params';
import { TraceId } from '../../ui/trace-id';
import { PasswordLogin } from '../password/password-login';
import { ProviderList } from './provider-list';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The sign-in page for who comes back from a provider in vain: what happened, what to do next, and the number an
 * administrator finds it by. Of the address, which anybody can write, only that number is shown, and only as one.
 */
@Component({
  selector: 'app-federated-error',
  imports: [SignInIllustration, FailureBox, PasswordLogin, ProviderList, TraceId],
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
  /** It is read aloud once: not before it is known what the provider is called. */
  private readonly ready = computed(
    () => this.provider === null || this.providers.list() !== null || this.providers.failed(),
  );

  protected readonly returnTo = returnPath(this.query.get('returnTo'));
  /** Without the marks of what did not come about. */
  protected readonly back = urlWithoutReturnParams(this.router, this.returnTo ?? '/');
  protected readonly trace = traceOf(this.query.get('trace'));
  protected readonly failure = computed<Failure | null>(() => {
    if (!this.ready()) return null;
    const label = this.label();
    const through = label === undefined ? '' : ` through ${label}`;
    const signedIn = this.session.signedIn();
    const what = signedIn ? 'What you have begun' : 'Signing in';
    const text = `${what}${through} did not work. ${federatedErrorSentence(this.code, signedIn)}`;
    return { code: this.code, text, retryAfter: null };
  });

  constructor() {
    // For a visitor the list of the doors does.
    if (this.session.signedIn()) void this.providers.load();
  }
}

function traceOf(text: string | null): string | null {
  return text !== null && UUID.test(text) ? text : null;
}
