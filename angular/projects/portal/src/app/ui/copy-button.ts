import { Component, DOCUMENT, inject, input, signal } from '@angular/core';

/** Puts a text on the clipboard, and says so. */
@Component({
  selector: 'app-copy-button',
  template: `
    <button type="button" class="secondary" (click)="copy()">{{ label() }}</button>
    <span class="said" role="status">{{ said() }}</span>
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

  protected readonly said = signal('');

  protected async copy(): Promise<void> {
    this.said.set('');
    try {
      // Absent on a plain http address that is not this machine's.
      if (!this.navigator?.clipboard) throw new Error('no clipboard');
      await this.navigator.clipboard.writeText(this.text());
      this.said.set('Copied');
    } catch {
      this.said.set('Select the text and copy it');
    }
  }
}
