import { Component, ElementRef, computed, inject, input, signal } from '@angular/core';
import { Session, User } from '@vestibule/angular';
import { Account } from '../../api/account';
import { Reauthenticator } from '../../login/reauthenticate/reauthenticator';
import { AccountFormat } from '../../text/account-format';
import { TEXT } from '../../text/text-loader';
import { Attempt } from '../../ui/attempt';
import { FailureBox } from '../../ui/failure-box';
import { FocusInput } from '../../ui/focus-input';
import { FocusWhen } from '../../ui/focus-when';

/** Deletes the account after the user has typed its name. For some days, the user can change this. */
@Component({
  selector: 'vestibule-delete-account',
  imports: [FailureBox, FocusInput, FocusWhen],
  templateUrl: './delete-account.html',
  styleUrls: ['../cards.css', './delete-account.css'],
})
export class DeleteAccount {
  private readonly account = inject(Account);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly reauthenticator = inject(Reauthenticator);
  private readonly session = inject(Session);
  protected readonly format = inject(AccountFormat);
  protected readonly text = inject(TEXT);

  readonly user = input.required<User>();

  protected readonly phrase = computed(() => this.user().username ?? this.user().email ?? '');
  protected readonly asking = signal(false);
  protected readonly closed = signal(false);
  protected readonly wrong = signal(false);
  protected readonly attempt = new Attempt();
  /** Counts requests: the form that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);

  protected async open(): Promise<void> {
    if (await this.reauthenticator.prepare()) this.asking.set(true);
  }

  protected close(): void {
    this.asking.set(false);
    this.closed.set(true);
    this.wrong.set(false);
    this.attempt.failure.set(null);
  }

  protected async delete(event: Event, typed: string): Promise<void> {
    event.preventDefault();
    const confirmation = typed.trim();
    this.wrong.set(confirmation !== this.phrase());
    if (!this.wrong()) await this.attempt.run(() => this.send(confirmation));
    if (this.wrong() || this.attempt.failure())
      this.host.nativeElement.querySelector('input')?.focus();
  }

  private async send(confirmation: string): Promise<void> {
    if (!(await this.reauthenticator.run(() => this.account.delete(confirmation)))) return;
    this.asking.set(false);
    await this.session.reloadUser();
    this.changes.update((count) => count + 1);
  }
}
