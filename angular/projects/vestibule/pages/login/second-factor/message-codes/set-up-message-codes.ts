import {
  Component,
  DestroyRef,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Failure, failureOf } from '../../../api/failure';
import { CodeChannel, ConfirmAnswer, MessageCodesApi, SentCode } from '../../../api/message-codes';
import { TEXT } from '../../../text/text-loader';
import { Attempt } from '../../../ui/attempt';
import { CodeForm } from '../../../ui/code-form';
import { FailureBox } from '../../../ui/failure-box';
import { FocusWhen } from '../../../ui/focus-when';
import { Reauthenticator } from '../../reauthenticate/reauthenticator';
import { phoneNumber } from './phone-number';
import { SendCode } from './send-code';

let count = 0;

/** Sets up codes by email or SMS: asks for the number, has a code sent there, and confirms the set-up with it. */
@Component({
  selector: 'vestibule-set-up-message-codes',
  imports: [CodeForm, FailureBox, FocusWhen, SendCode],
  templateUrl: './set-up-message-codes.html',
  styles: `
    h3 {
      margin-block: 0 0.75rem;
      font-size: 1rem;
    }
    .field-note {
      margin: 0.375rem 0 0;
      color: var(--text-muted);
      font-size: 0.9375rem;
    }
  `,
})
export class SetUpMessageCodes {
  private readonly api = inject(MessageCodesApi);
  private readonly destroyed = inject(DestroyRef);
  private readonly injector = inject(Injector);
  private readonly reauthenticator = inject(Reauthenticator);
  protected readonly text = inject(TEXT);

  readonly channel = input.required<CodeChannel>();
  /** The channel is set up. The owner applies the new session. */
  readonly confirmed = output<ConfirmAnswer>();
  readonly cancelled = output();

  private readonly form = viewChild(CodeForm);
  private readonly numberField = viewChild<ElementRef<HTMLInputElement>>('number');
  /** The number that the user gave. */
  protected recipient: string | null = null;

  protected readonly statusId = `vestibule-sent-${++count}`;
  protected readonly sent = signal<SentCode | null>(null);
  protected readonly invalid = signal(false);
  protected readonly starting = new Attempt();
  /** The field for the code, which had the focus, is gone. */
  protected readonly hasEnded = computed(
    () => this.starting.failure()?.code === 'no_pending_enrolment',
  );
  protected readonly failure = computed<Failure | null>(() => {
    const failure = this.starting.failure();
    const key = failure && this.refusalOf(failure.code);
    return key ? { ...failure, text: (text) => text(key) } : failure;
  });

  /** Has a code sent to the same address or number, the first one or another one. */
  protected readonly request = async (): Promise<void> => {
    const sent = await this.api.start(this.channel(), this.recipient);
    if (this.destroyed.destroyed) return;
    this.sent.set(sent);
    // The button that had the focus is gone, and the code before no longer works.
    afterNextRender(() => this.form()?.restart(), { injector: this.injector });
  };

  protected readonly confirm = async (code: string): Promise<void> => {
    try {
      this.confirmed.emit(await this.api.confirm(code));
    } catch (error) {
      if (problemOf(error)?.code !== 'no_pending_enrolment') throw error;
      // The server no longer has the set-up.
      this.sent.set(null);
      this.starting.failure.set(failureOf(error));
    }
  };

  protected async start(event: Event): Promise<void> {
    event.preventDefault();
    if (this.starting.busy() || this.starting.waiting()) return;
    const field = this.numberField()?.nativeElement;
    const number = field ? phoneNumber(field.value) : null;
    this.invalid.set(!!field && number === null);
    if (this.invalid()) {
      field?.focus();
      return;
    }
    this.recipient = number;
    await this.starting.run(() => this.reauthenticator.run(this.request));
  }

  private refusalOf(code: string | null) {
    switch (code) {
      case 'not_found':
        return 'messageCode.notOffered';
      case 'too_many_attempts':
        return 'messageCode.sendLimit';
      case 'factor_required':
        return 'messageCode.administrators';
      case 'no_pending_enrolment':
        return 'messageCode.setUpEnded';
      case 'invalid_request':
        return this.channel() === 'email' ? 'messageCode.noEmail' : 'messageCode.numberInvalid';
      default:
        return null;
    }
  }
}
