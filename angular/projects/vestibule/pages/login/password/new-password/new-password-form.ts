import { Component, ElementRef, computed, inject, input, signal, viewChild } from '@angular/core';
import { ServiceSettings, problemOf } from '@vestibule/angular';
import { TEXT } from '../../../text/text-loader';
import type { TextKey } from '../../../text/texts';
import { Attempt } from '../../../ui/attempt';
import { FailureBox } from '../../../ui/failure-box';
import { StrengthAdvice } from './strength-advice';

/** The fields of the form: `current` is `null` if the form does not ask for it. */
export interface NewPassword {
  readonly current: string | null;
  readonly next: string;
}

/** The minimum without an enforced second factor (NIST SP 800-63B-4), until the server has sent its own. */
const DEFAULT_MIN_LENGTH = 15;

/**
 * The form for a new password. The hidden user name lets password managers update the entry. Its content is placed beside
 * the submit button.
 */
@Component({
  selector: 'vestibule-new-password-form',
  imports: [FailureBox, StrengthAdvice],
  templateUrl: './new-password-form.html',
  styleUrls: ['../password-field.css', './new-password-form.css'],
})
export class NewPasswordForm {
  private readonly settings = inject(ServiceSettings);
  protected readonly text = inject(TEXT);

  readonly username = input('');
  readonly asksCurrent = input(false);
  /** The token of a reset link, with which the server gives advice. */
  readonly token = input<string | null>(null);
  /** Sends the password to the server. A rejected promise becomes the failure that the form shows. */
  readonly save = input.required<(password: NewPassword) => Promise<void>>();

  private readonly currentField = viewChild<ElementRef<HTMLInputElement>>('current');
  private readonly nextField = viewChild.required<ElementRef<HTMLInputElement>>('next');

  protected readonly attempt = new Attempt();
  protected readonly typed = signal('');
  protected readonly shown = signal(false);
  protected readonly capsLock = signal(false);
  protected readonly missing = signal<readonly ('current' | 'next')[]>([]);
  /** The rule that the server reports as broken, until the user changes the password. */
  protected readonly rejected = signal<string | null>(null);
  protected readonly minLength = computed(
    () => this.settings.current().minPasswordLength ?? DEFAULT_MIN_LENGTH,
  );
  protected readonly error = computed(() => {
    const code = this.rejected();
    if (code !== null) return this.reason(code);
    return this.missing().includes('next') ? this.text('newPassword.enter') : '';
  });

  protected readonly reason = (code: string): string =>
    code === 'too_short'
      ? this.text('newPassword.too_short', this.minLength())
      : this.text(`newPassword.${code}` as TextKey & 'newPassword.common') ||
        this.text('error.password_rejected');

  protected checkCapsLock(event: KeyboardEvent | MouseEvent): void {
    this.capsLock.set(event.getModifierState('CapsLock'));
  }

  protected changed(): void {
    this.typed.set(this.nextField().nativeElement.value);
    this.rejected.set(null);
    this.missing.set([]);
  }

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    if (this.attempt.busy() || this.attempt.waiting()) return;
    // Browsers offer to save a password only from a field of type `password`.
    this.shown.set(false);
    this.attempt.failure.set(null);
    this.rejected.set(null);
    const current = this.currentField()?.nativeElement.value ?? null;
    const next = this.nextField().nativeElement.value;
    this.missing.set([
      ...(current === '' ? ['current' as const] : []),
      ...(next === '' ? ['next' as const] : []),
    ]);
    if (this.missing().length === 0) await this.attempt.run(() => this.submit({ current, next }));
    this.focusMistake();
  }

  private async submit(password: NewPassword): Promise<void> {
    try {
      await this.save()(password);
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.code !== 'password_rejected') throw error;
      this.rejected.set(problem.errors?.[0]?.code ?? '');
    }
  }

  /** The alert is announced without the focus, and the user can correct the field at once. */
  private focusMistake(): void {
    const code = this.attempt.failure()?.code;
    const current = this.currentField()?.nativeElement;
    if (current && code === 'password_wrong') current.value = '';
    const inCurrent = this.missing()[0] === 'current' || code === 'password_wrong';
    if (current && inCurrent) current.focus();
    else if (this.missing().length > 0 || this.rejected() !== null || code !== undefined)
      this.nextField().nativeElement.focus();
  }
}
