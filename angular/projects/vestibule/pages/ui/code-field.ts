import { Component, ElementRef, inject, input, model, output } from '@angular/core';
import { FormValueControl, ValidationError } from '@angular/forms/signals';

/** The field for a code of six digits. It accepts spaces between the digits, as some apps insert them. */
@Component({
  selector: 'vestibule-code-field',
  template: `
    <div class="field">
      <label for="code">{{ label() }}</label>
      <input
        id="code"
        class="code"
        name="code"
        type="text"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength="12"
        spellcheck="false"
        [attr.data-initial-focus]="initialFocus() ? '' : null"
        [value]="value()"
        [attr.aria-invalid]="showErrors() && errors().length > 0"
        [attr.aria-describedby]="'code-error ' + describedBy()"
        (input)="entered($event)"
        (blur)="touched.set(true)"
      />
      <p id="code-error" class="field-error">
        {{ showErrors() ? (errors()[0]?.message ?? '') : '' }}
      </p>
    </div>
  `,
})
export class CodeField implements FormValueControl<string> {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  readonly value = model('');
  readonly touched = model(false);
  readonly errors = input<readonly ValidationError.WithOptionalFieldTree[]>([]);
  readonly label = input('6-digit code');
  readonly describedBy = input('');
  readonly showErrors = input(false);
  /** Whether the page gives this field the initial focus instead of its heading. */
  readonly initialFocus = input(false);
  /** The whole code was pasted or filled in by the device, so the form can be sent. */
  readonly completed = output();

  focus(): void {
    this.host.nativeElement.querySelector('input')?.focus();
  }

  protected entered(event: Event): void {
    const before = digitsOf(this.value());
    const after = (event.target as HTMLInputElement).value;
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
