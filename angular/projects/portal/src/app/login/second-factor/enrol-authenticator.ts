import { Component, Injector, afterNextRender, computed, inject, signal } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { Session, returnPath } from 'vestibule';
import { accountFailureOf } from '../../api/account-sentences';
import { Failure } from '../../api/failure';
import { Enrolment, Mfa } from '../../api/mfa';
import { Reauthenticator } from '../reauthenticate/reauthenticator';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { FailureBox } from '../../ui/failure-box';
import { ConfirmEnrolment } from './confirm-enrolment';

/**
 * Sets up an authenticator app: for signed-in people who want one or a new one, and for those whom the policy
 * lets in only with one.
 */
@Component({
  selector: 'app-enrol-authenticator',
  imports: [ConfirmEnrolment, SignInIllustration, FailureBox],
  templateUrl: './enrol-authenticator.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
  `,
})
export class EnrolAuthenticator {
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly mfa = inject(Mfa);
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);

  /** Where to go when it is done. */
  private readonly returnTo = inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo');

  protected readonly enrolment = signal<Enrolment | null>(null);
  protected readonly done = signal(false);
  protected readonly busy = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly required = computed(() => this.session.state() === 'awaitingEnrolment');
  protected readonly replaces = computed(() => this.session.user()?.mfaEnabled ?? false);

  constructor() {
    afterNextRender(() => this.reauthenticator.announceReturn());
  }

  protected async setUp(): Promise<void> {
    await this.attempt(async () => {
      await this.reauthenticator.run(async () => {
        this.enrolment.set(await this.mfa.setUp());
        this.focus('h2');
      });
    });
  }

  protected confirmed(): void {
    this.enrolment.set(null);
    this.done.set(true);
    this.focus('h1');
  }

  /** The set-up was forgotten by the server (it holds for 10 minutes): from the start, with the reason. */
  protected expired(failure: Failure): void {
    this.enrolment.set(null);
    this.failure.set(failure);
  }

  protected async proceed(): Promise<void> {
    await this.router.navigateByUrl(returnPath(this.returnTo) ?? '/');
  }

  /** Signed-in people go back; who must have a factor can only leave. */
  protected async cancel(): Promise<void> {
    if (this.required()) await this.attempt(() => this.session.signOut());
    else await this.proceed();
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      await step();
    } catch (error) {
      this.failure.set(accountFailureOf(error));
    } finally {
      this.busy.set(false);
    }
  }

  private focus(heading: 'h1' | 'h2'): void {
    afterNextRender(
      () => document.querySelector<HTMLElement>(`app-enrol-authenticator ${heading}`)?.focus(),
      { injector: this.injector },
    );
  }
}
