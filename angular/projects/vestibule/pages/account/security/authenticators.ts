import { Component, inject, input, output, signal } from '@angular/core';
import { VESTIBULE_OPTIONS } from '@vestibule/angular';
import { Totp } from '../../api/factors';
import { TEXT } from '../../text/text-loader';
import type { Message } from '../../text/texts';
import { Each } from '../../ui/each';
import { FocusWhen } from '../../ui/focus-when';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';
import { returnUrl } from '../return-url';
import { Authenticator } from './authenticator';

/** The authenticator apps of the account. */
@Component({
  selector: 'vestibule-authenticators',
  imports: [Authenticator, Each, FocusWhen, StatusMessage],
  templateUrl: './authenticators.html',
  styleUrl: '../cards.css',
})
export class Authenticators {
  protected readonly text = inject(TEXT);
  protected readonly enrolmentUrl = returnUrl(inject(VESTIBULE_OPTIONS).enrolmentPath);

  readonly apps = input.required<readonly Totp[]>();
  /** Whether an app of the list is the only second factor of the account. */
  readonly only = input(false);
  readonly hasPassword = input.required<boolean>();
  readonly changed = output();

  protected readonly status = signal<Status | null>(null);
  /** Counts changes: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly changes = signal(0);

  protected report(message: Message): void {
    this.status.set({ message: message(this.text), good: true });
    this.changes.update((count) => count + 1);
    this.changed.emit();
  }
}
