import { Component, ElementRef, computed, inject, signal, viewChild } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, ServiceSettings, Session } from '@vestibule/angular';
import { Failure } from '../../api/failure';
import { Enrolment, Mfa } from '../../api/mfa';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { Reauthenticator } from '../reauthenticate/reauthenticator';
import { ConfirmEnrolment } from './confirm-enrolment';
import { EnrolByMessage } from './message-codes/enrol-by-message';

/**
 * The page `/mfa-setup`: enrols an authenticator app, or another one. A session in state `awaitingEnrolment` must finish
 * this page before it is signed in.
 */
@Component({
  selector: 'vestibule-enrol-authenticator',
  hostDirectives: [VestibuleRoot],
  imports: [
    ConfirmEnrolment,
    EnrolByMessage,
    FailureBox,
    FocusWhen,
    RecoveryCodes,
    SignInIllustration,
  ],
  templateUrl: './enrol-authenticator.html',
  styles: `
    :host {
      overflow-wrap: anywhere;
    }
    .field-note {
      margin: 0.375rem 0 0;
      color: var(--text-muted);
      font-size: 0.9375rem;
    }
  `,
})
export class EnrolAuthenticator {
  private readonly mfa = inject(Mfa);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly returnTargets = inject(ReturnTo);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  private readonly returnTo = inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo');

  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('name');

  protected readonly enrolment = signal<Enrolment | null>(null);
  protected readonly done = signal(false);
  /** Whether codes by message were set up, in place of an app. */
  protected readonly byMessage = signal(false);
  protected readonly doneTitle = computed(() =>
    this.text(this.byMessage() ? 'messageCode.doneTitle' : 'enrol.doneTitle'),
  );
  protected readonly recoveryCodes = signal<readonly string[]>([]);
  protected readonly attempt = new Attempt();
  protected readonly required = computed(() => this.session.state() === 'awaitingEnrolment');
  /** A federated login has no password that the app could protect. */
  protected readonly hasPassword = computed(
    () =>
      this.settings.current().passwords !== false &&
      (this.session.user()?.authProvider === 'local' || this.session.method() === 'password'),
  );
  protected readonly another = computed(() => this.session.user()?.mfaEnabled ?? false);

  protected async start(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.nameField()?.nativeElement.value.trim() ?? '';
    await this.attempt.run(() =>
      this.reauthenticator.run(async () => this.enrolment.set(await this.mfa.startEnrolment(name))),
    );
  }

  protected confirmed(recoveryCodes: readonly string[], byMessage = false): void {
    this.enrolment.set(null);
    this.byMessage.set(byMessage);
    this.recoveryCodes.set(recoveryCodes);
    this.done.set(true);
  }

  /** Returns to the start with the reason: a pending enrolment expires after 10 minutes. */
  protected expired(failure: Failure): void {
    this.enrolment.set(null);
    this.attempt.failure.set(failure);
  }

  protected async proceed(): Promise<void> {
    // For an administrator, codes by message are not enough: the page asks for an app.
    if (this.done() && this.required()) this.done.set(false);
    else await this.returnTargets.leave(this.returnTargets.read(this.returnTo));
  }

  /** Goes back. If the enrolment is required, signing out is the only way back. */
  protected async cancel(): Promise<void> {
    if (this.required()) await this.attempt.run(() => this.session.signOut());
    else await this.proceed();
  }
}
