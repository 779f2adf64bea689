import { Component, computed, inject, input, output, signal } from '@angular/core';
import { FactorsApi } from '../../api/factors';
import { Format } from '../../text/format';
import { TEXT } from '../../text/text-loader';
import { ConfirmButton } from '../../ui/confirm-button';
import { FocusWhen } from '../../ui/focus-when';
import { RecoveryCodes } from '../../ui/recovery-codes';
import { Status } from '../../ui/status';
import { StatusMessage } from '../../ui/status-message';

/** With this number of codes, the user should create new ones. */
const FEW = 3;

/** How many recovery codes are left, and the button that replaces them. New codes are shown once. */
@Component({
  selector: 'vestibule-recovery-code-card',
  imports: [ConfirmButton, FocusWhen, RecoveryCodes, StatusMessage],
  templateUrl: './recovery-code-card.html',
  styleUrl: '../cards.css',
})
export class RecoveryCodeCard {
  private readonly api = inject(FactorsApi);
  protected readonly format = inject(Format);
  protected readonly text = inject(TEXT);

  readonly left = input.required<number>();
  readonly createdAt = input.required<string | null>();
  readonly changed = output();

  protected readonly codes = signal<readonly string[] | null>(null);
  protected readonly status = signal<Status | null>(null);
  /** Counts changes of the view: the button that had the focus is gone each time, so the heading gets it. */
  protected readonly focused = signal(0);
  protected readonly few = computed(() => this.left() <= FEW);

  protected readonly replace = async (): Promise<void> => {
    this.codes.set(await this.api.replaceRecoveryCodes());
    this.status.set(null);
    this.focused.update((count) => count + 1);
  };

  /** The user has saved the codes: they leave the page. */
  protected close(): void {
    this.codes.set(null);
    this.status.set({ message: this.text('codes.replaced'), good: true });
    this.focused.update((count) => count + 1);
    this.changed.emit();
  }
}
