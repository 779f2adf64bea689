import { Component, ElementRef, computed, inject, input, signal } from '@angular/core';
import { ServiceSettings, Session, User, problemOf } from '@vestibule/angular';
import { Account } from '../../api/account';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import type { Message } from '../../text/texts';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusInput } from '../../ui/focus-input';
import { FocusWhen } from '../../ui/focus-when';
import { sourceLabel } from '../provider-label';
import { StatusMessage } from '../../ui/status-message';

/** The address of the user. Verification and change need mail, so a service without mail offers neither. */
@Component({
  selector: 'vestibule-email-address',
  imports: [FailureBox, FocusInput, FocusWhen, StatusMessage],
  templateUrl: './email-address.html',
  styleUrl: './editable.css',
})
export class EmailAddress {
  private readonly account = inject(Account);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly session = inject(Session);
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();
  protected readonly from = computed(() =>
    sourceLabel(this.user(), this.user().fieldSources.email),
  );

  protected readonly mail = computed(() => this.settings.current().mail ?? false);
  protected readonly editing = signal(false);
  protected readonly closed = signal(false);
  protected readonly fieldError = signal<'email.invalid' | 'email.unchanged' | null>(null);
  protected readonly attempt = new Attempt();
  private readonly message = signal<Message | null>(null);
  protected readonly status = computed(() => {
    const message = this.message();
    return message && { message: message(this.text), good: true };
  });

  protected async edit(): Promise<void> {
    this.message.set(null);
    // A page that asks for the proof would lose the input, so it comes first.
    if (await this.reauthenticator.prepare()) this.editing.set(true);
  }

  protected close(): void {
    this.editing.set(false);
    this.closed.set(true);
    this.fieldError.set(null);
    this.attempt.failure.set(null);
  }

  protected async change(event: Event, address: string): Promise<void> {
    event.preventDefault();
    const email = address.trim();
    this.fieldError.set(/^\S+@\S+$/.test(email) ? null : 'email.invalid');
    if (!this.fieldError()) await this.send(email);
    if (this.fieldError() || this.attempt.failure())
      this.host.nativeElement.querySelector('input')?.focus();
  }

  protected async send(email: string): Promise<void> {
    await this.run(
      (text) => text('email.sent', email),
      async () => {
        try {
          await this.account.changeEmail(email);
        } catch (error) {
          const code = problemOf(error)?.errors?.find(({ field }) => field === 'email')?.code;
          if (!code) throw error;
          this.fieldError.set(code === 'unchanged' ? 'email.unchanged' : 'email.invalid');
        }
      },
    );
  }

  protected async verify(): Promise<void> {
    const address = this.user().email ?? '';
    await this.run(
      (text) => text('email.verifySent', address),
      () => this.account.verifyEmail(),
    );
  }

  protected async cancelChange(): Promise<void> {
    await this.run(
      (text) => text('email.cancelled'),
      () => this.account.cancelEmail(),
    );
  }

  private async run(message: Message, action: () => Promise<void>): Promise<void> {
    this.message.set(null);
    await this.attempt.run(async () => {
      if (!(await this.reauthenticator.run(action)) || this.fieldError()) return;
      await this.session.reloadUser();
      if (this.editing()) this.close();
      this.message.set(message);
    });
  }
}
