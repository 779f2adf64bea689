import { Component, DestroyRef, computed, effect, inject, input, signal } from '@angular/core';
import { problemOf } from '@vestibule/angular';
import { Passwords, Strength } from '../../../api/passwords';
import { TEXT } from '../../../text/text-loader';
import type { TextKey } from '../../../text/texts';

/** The server is asked after a pause in typing, so that it does not get each prefix of the password. */
const PAUSE_MS = 500;

/** Shows how easily a new password can be guessed, and how to improve it. */
@Component({
  selector: 'vestibule-strength-advice',
  template: `
    @if (advice(); as known) {
      <div class="meter" aria-hidden="true" [attr.data-score]="known.score">
        <span></span><span></span><span></span><span></span>
      </div>
    }
    <p class="field-note" role="status">{{ sentences() }}</p>
  `,
  styleUrl: './strength-advice.css',
})
export class StrengthAdvice {
  private readonly passwords = inject(Passwords);
  protected readonly text = inject(TEXT);

  readonly password = input.required<string>();
  /** The token of a reset link; a session needs none. */
  readonly token = input<string | null>(null);
  /** Returns the sentence for a rule that the password breaks. */
  readonly reason = input.required<(code: string) => string>();

  protected readonly advice = signal<Strength | null>(null);
  protected readonly sentences = computed(() => {
    const advice = this.advice();
    if (!advice) return '';
    const { score, code, warning, suggestions } = advice;
    const level = this.text(`strength.${Math.min(4, Math.max(0, score))}` as 'strength.0');
    // A newer server may send codes that have no text here.
    const advised = [...new Set([warning, ...suggestions])].map((each) =>
      each ? this.text(`strength.${each}` as TextKey) : '',
    );
    const why = code === null ? advised : [this.reason()(code)];
    return [level, ...why].filter((sentence) => sentence !== '').join(' ');
  });
  private stopped = false;

  constructor() {
    const destroyed = inject(DestroyRef);
    effect((onCleanup) => {
      const password = this.password();
      if (password === '' || this.stopped) {
        this.advice.set(null);
        return;
      }
      let latest = true;
      const timer = setTimeout(
        () => void this.ask(password, () => latest && !destroyed.destroyed),
        PAUSE_MS,
      );
      onCleanup(() => {
        latest = false;
        clearTimeout(timer);
      });
    });
  }

  private async ask(password: string, isLatest: () => boolean): Promise<void> {
    try {
      const advice = await this.passwords.strength(password, this.token());
      if (isLatest()) this.advice.set(advice);
    } catch (error) {
      // It is advice only: the server checks the password when the form is sent.
      if (!isLatest()) return;
      this.advice.set(null);
      this.stopped = problemOf(error)?.code === 'too_many_attempts';
    }
  }
}
