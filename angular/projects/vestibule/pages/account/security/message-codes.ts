import { Component, computed, inject, input, output, signal } from '@angular/core';
import { ServiceSettings, Session, User, problemOf } from '@vestibule/angular';
import { Factors } from '../../api/factors';
import { CodeChannel, ConfirmAnswer, MessageCodesApi } from '../../api/message-codes';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { SetUpMessageCodes } from '../../login/second-factor/message-codes/set-up-message-codes';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import { ConfirmButton } from '../../ui/confirm-button';
import { Each } from '../../ui/each';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';

const CHANNELS = ['email', 'sms'] as const satisfies readonly CodeChannel[];

const TEXTS = {
  email: {
    label: 'messageCode.email',
    setUp: 'messageCode.setUpEmail',
    remove: 'messageCode.removeEmail',
    question: 'messageCode.removeEmailQuestion',
  },
  sms: {
    label: 'messageCode.sms',
    setUp: 'messageCode.setUpSms',
    remove: 'messageCode.removeSms',
    question: 'messageCode.removeSmsQuestion',
  },
} as const;

/** Codes by email and SMS: a second factor for users without an app and a passkey. It can be set up, changed and removed. */
@Component({
  selector: 'vestibule-message-codes',
  imports: [ConfirmButton, Each, FocusWhen, RecoveryCodes, SetUpMessageCodes, StatusMessage],
  templateUrl: './message-codes.html',
  styleUrl: '../cards.css',
})
export class MessageCodes {
  private readonly api = inject(MessageCodesApi);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();
  readonly factors = input.required<Factors>();
  /** Whether the account has only one second factor. */
  readonly only = input(false);
  readonly changed = output();

  protected readonly settingUp = signal<CodeChannel | null>(null);
  /** The channel whose set-up was cancelled: its button gets the focus. */
  protected readonly closed = signal<CodeChannel | null>(null);
  protected readonly recoveryCodes = signal<readonly string[] | null>(null);
  protected readonly status = signal<Status | null>(null);
  /** Counts changes: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);
  /** The channels that the service offers, and those of the user. */
  protected readonly entries = computed(() => {
    const { emailCodes, smsCodes } = this.factors();
    const offered = this.settings.current().messageCodes ?? [];
    return CHANNELS.map((channel) => {
      const codes = (channel === 'email' ? emailCodes : smsCodes) ?? null;
      const isOffered = offered.includes(channel);
      // The address of the account is the only one, so it is not changed here.
      const isPossible = isOffered && (channel === 'sms' || (!codes && this.hasVerifiedEmail()));
      return { channel, codes, isOffered, isPossible, texts: TEXTS[channel] };
    }).filter(({ codes, isOffered }) => codes !== null || isOffered);
  });
  private readonly hasVerifiedEmail = computed(
    () => this.user().email !== null && this.user().emailVerified,
  );
  /** What the removal means for the account. */
  protected readonly effect = computed(() =>
    this.only() ? 'messageCode.removeOnlyEffect' : 'messageCode.removeEffect',
  );

  protected readonly removeEmail = (): Promise<void> => this.remove('email');
  protected readonly removeSms = (): Promise<void> => this.remove('sms');

  protected async open(channel: CodeChannel): Promise<void> {
    if (!(await this.reauthenticator.prepare())) return;
    this.closed.set(null);
    this.settingUp.set(channel);
  }

  protected close(channel: CodeChannel): void {
    this.settingUp.set(null);
    this.closed.set(channel);
  }

  protected confirmed({ session, recoveryCodes }: ConfirmAnswer, channel: CodeChannel): void {
    this.session.apply(session);
    this.settingUp.set(null);
    const message = this.text('messageCode.added', this.text(TEXTS[channel].label));
    this.status.set({ message, good: true });
    this.changes.update((count) => count + 1);
    // They are shown only once: they must stay while the page loads the new factors.
    if (recoveryCodes && recoveryCodes.length > 0) this.recoveryCodes.set(recoveryCodes);
    else this.changed.emit();
  }

  /** The user has saved the recovery codes: they leave the page. */
  protected saved(): void {
    this.recoveryCodes.set(null);
    this.changes.update((count) => count + 1);
    this.changed.emit();
  }

  protected lastUsed(time: string | null): string {
    return time
      ? this.text('identity.lastUsed', this.format.dateTime(time))
      : this.text('identity.notUsed');
  }

  private async remove(channel: CodeChannel): Promise<void> {
    try {
      await this.api.remove(channel);
    } catch (error) {
      // Another tab has already removed them.
      if (problemOf(error)?.code !== 'not_found') throw error;
    }
    const message = this.text('messageCode.removed', this.text(TEXTS[channel].label));
    this.status.set({ message, good: true });
    this.changes.update((count) => count + 1);
    this.changed.emit();
  }
}
