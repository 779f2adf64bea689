import { Component, ElementRef, inject, input, model, output, viewChild } from '@angular/core';
import { TEXT } from '../text/text-loader';

/** The field for a code of six digits. It accepts spaces between the digits, as some apps insert them. */
@Component({
  selector: 'vestibule-code-field',
  template: `
    <div class="field">
      <label for="code">{{ text('code.label') }}</label>
      <input
        #field
        id="code"
        class="code"
        name="code"
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength="12"
        spellcheck="false"
        dir="ltr"
        [attr.data-initial-focus]="initialFocus() ? '' : null"
        [value]="value()"
        [attr.aria-invalid]="invalid()"
        [attr.aria-describedby]="'code-error ' + describedBy()"
        (input)="entered(field.value)"
      />
      <p id="code-error" class="field-error">{{ invalid() ? text('code.invalid') : '' }}</p>
    </div>
  `,
})
export class CodeField {
  protected readonly text = inject(TEXT);

  readonly value = model('');
  readonly invalid = input(false);
  readonly describedBy = input('');
  /** Whether the page gives this field the initial focus instead of its heading. */
  readonly initialFocus = input(false);
  /** The whole code was pasted or filled in by the device, so the form can be sent. */
  readonly completed = output();

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  focus(): void {
    this.field().nativeElement.focus();
  }

  protected entered(after: string): void {
    const before = digitsOf(this.value());
    this.value.set(after);
    if (isCode(after) && digitsOf(after).length - before.length > 1) this.completed.emit();
  }
}

/** Returns the code without spaces. */
export function digitsOf(text: string): string {
  return text.replace(/\s/g, '');
}

export function isCode(text: string): boolean {
  return /^\d{6}$/.test(digitsOf(text));
}
