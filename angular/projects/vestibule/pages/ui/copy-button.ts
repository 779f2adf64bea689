import { Component, DOCUMENT, computed, inject, input, signal } from '@angular/core';
import { TEXT } from '../text/text-loader';

/** Copies a text to the clipboard and reports the result. */
@Component({
  selector: 'vestibule-copy-button',
  template: `
    <button type="button" class="secondary" (click)="copy()">
      {{ label() || translate('copy.copy') }}
    </button>
    <span role="status">{{ result() }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      align-items: center;
    }
  `,
})
export class CopyButton {
  private readonly navigator = inject(DOCUMENT).defaultView?.navigator;

  protected readonly translate = inject(TEXT);

  readonly text = input.required<string>();
  readonly label = input('');

  private readonly outcome = signal<'copy.done' | 'copy.failed' | null>(null);
  protected readonly result = computed(() => {
    const outcome = this.outcome();
    return outcome ? this.translate(outcome) : '';
  });

  protected async copy(): Promise<void> {
    this.outcome.set(null);
    try {
      // Browsers offer no clipboard on a plain http address other than loopback.
      if (!this.navigator?.clipboard) throw new Error('no clipboard');
      await this.navigator.clipboard.writeText(this.text());
      this.outcome.set('copy.done');
    } catch {
      this.outcome.set('copy.failed');
    }
  }
}
