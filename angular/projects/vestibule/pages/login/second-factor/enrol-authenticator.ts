import { Component, ElementRef, computed, effect, inject, signal, viewChild } from '@angular/core';
import { ActivatedRoute } from '@angular/router';
import { ReturnTo, ServiceSettings, Session, SessionView } from '@vestibule/angular';
import { Failure } from '../../api/failure';
import { Enrolment, Mfa, MfaAnswer } from '../../api/mfa';
import { ConfirmAnswer } from '../../api/message-codes';
import { RegisteredPasskey } from '../../api/passkeys';
import { Passkeys } from '../../passkey/passkeys';
import { PageTitle } from '../../text/page-title';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { isMessageMethod } from '../../ui/code-field';
import { FailureBox } from '../../ui/failure-box';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';
import { SignInIllustration } from '../../ui/sign-in-illustration';
import { VestibuleRoot } from '../../ui/vestibule-root';
import { Reauthenticator } from '../reauthenticate/reauthenticator';
import { ConfirmEnrolment } from './confirm-enrolment';
import { EnrolPasskey } from './enrol-passkey';
import { EnrolByMessage } from './message-codes/enrol-by-message';

type Enrolled = 'app' | 'passkey' | 'message';

/** Title and text of the page after the enrolment. */
const TITLES = {
  app: 'enrol.doneTitle',
  passkey: 'passkey.doneTitle',
  message: 'messageCode.doneTitle',
} as const;
const DONE = {
  app: 'enrol.done',
  passkey: 'passkey.done',
  message: 'messageCode.done',
} as const;

/**
 * The page `/mfa-setup`: enrols a passkey or an authenticator app as the first second factor, or another app. A session in state
 * `awaitingEnrolment` must finish this page before it is signed in.
 */
@Component({
  selector: 'vestibule-enrol-authenticator',
  hostDirectives: [VestibuleRoot],
  imports: [
    ConfirmEnrolment,
    EnrolByMessage,
    EnrolPasskey,
    FailureBox,
    FocusWhen,
    RecoveryCodes,
    SignInIllustration,
  ],
  templateUrl: './enrol-authenticator.html',
  styleUrl: '../../ui/separator.css',
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
  /** What was enrolled. */
  protected readonly done = signal<Enrolled | null>(null);
  protected readonly doneTexts = DONE;
  /** A session that awaits another step. It is applied when the user has saved the recovery codes: the library then navigates. */
  private pending: SessionView | null = null;
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
  private readonly passkeys = inject(Passkeys);
  /** A user without a second factor chooses one. */
  protected readonly choosing = computed(
    () =>
      this.settings.current().passkeys === true &&
      this.passkeys.usable() &&
      !this.enrolment() &&
      (this.required() || this.session.user()?.mfaEnabled === false),
  );
  /** A user who must enrol with codes by message is an administrator, for whom they are not enough. */
  protected readonly hasMessageCodes = computed(() => this.session.methods().some(isMessageMethod));
  /** Why the user must enrol. */
  protected readonly reason = computed(() => {
    if (this.hasMessageCodes()) return 'messageCode.administrators';
    return this.choosing() ? 'enrol.requiredChoice' : 'enrol.required';
  });
  protected readonly title = computed(() => {
    const done = this.done();
    if (done) return TITLES[done];
    if (this.choosing()) return 'enrol.chooseTitle';
    return this.another() ? 'enrol.anotherTitle' : 'enrol.title';
  });

  constructor() {
    const title = inject(PageTitle);
    effect(() => {
      const key = this.title();
      title.show((text) => text(key));
    });
  }

  protected async start(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.nameField()?.nativeElement.value.trim() ?? '';
    await this.attempt.run(() =>
      this.reauthenticator.run(async () => this.enrolment.set(await this.mfa.startEnrolment(name))),
    );
  }

  protected confirmed(answer: MfaAnswer): void {
    this.enrolment.set(null);
    this.finish('app', answer);
  }

  protected registered(answer: RegisteredPasskey): void {
    this.finish('passkey', answer);
  }

  protected confirmedByMessage(answer: ConfirmAnswer): void {
    this.finish('message', answer);
  }

  private finish(
    enrolled: Enrolled,
    { session, recoveryCodes = [] }: Pick<MfaAnswer, 'session' | 'recoveryCodes'>,
  ): void {
    // The library leaves this page for the next step at once, and the codes are shown only now.
    if (recoveryCodes.length > 0 && session.state !== 'signedIn') this.pending = session;
    else this.session.apply(session);
    this.recoveryCodes.set(recoveryCodes);
    this.done.set(enrolled);
  }

  /** Returns to the start with the reason: a pending enrolment expires after 10 minutes. */
  protected expired(failure: Failure): void {
    this.enrolment.set(null);
    this.attempt.failure.set(failure);
  }

  protected async proceed(): Promise<void> {
    const { pending } = this;
    this.pending = null;
    if (pending) this.session.apply(pending);
    // For an administrator, codes by message are not enough: the page asks for an app or a passkey.
    if (this.required() && this.done()) this.done.set(null);
    else if (!pending) await this.returnTargets.leave(this.returnTargets.read(this.returnTo));
  }

  /** Goes back. If the enrolment is required, signing out is the only way back. */
  protected async cancel(): Promise<void> {
    if (this.required()) await this.attempt.run(() => this.session.signOut());
    else await this.proceed();
  }
}
