import { Component, DOCUMENT, inject, input, signal } from '@angular/core';

/** Copies a text to the clipboard and reports the result. */
@Component({
  selector: 'vestibule-copy-button',
  template: `
    <button type="button" class="secondary" (click)="copy()">{{ label() }}</button>
    <span role="status">{{ result() }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      gap: 0.75rem;
      align-items: center;
    }
  `,
})
export class CopyButton {
  private readonly navigator = inject(DOCUMENT).defaultView?.navigator;

  readonly text = input.required<string>();
  readonly label = input('Copy');

  protected readonly result = signal('');

  protected async copy(): Promise<void> {
    this.result.set('');
    try {
      // Browsers offer no clipboard on a plain http address other than loopback.
      if (!this.navigator?.clipboard) throw new Error('no clipboard');
      await this.navigator.clipboard.writeText(this.text());
      this.result.set('Copied');
    } catch {
      this.result.set('Copying failed. Select the text and copy it.');
    }
  }
}
