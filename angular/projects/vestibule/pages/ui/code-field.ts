import {
  Component,
  ElementRef,
  computed,
  inject,
  input,
  model,
  output,
  viewChild,
} from '@angular/core';
import { TEXT } from '../text/text-loader';

/** A method of the second factor: a code of the authenticator app, or a recovery code. */
export type CodeMethod = 'totp' | 'recoveryCode';

/**
 * The field for a code of six digits, or for a recovery code. It accepts spaces, as some apps insert them, and the
 * hyphens of a recovery code.
 */
@Component({
  selector: 'vestibule-code-field',
  template: `
    <div class="field">
      <label for="code">{{ isDigits() ? text('code.label') : text('code.recoveryLabel') }}</label>
      <input
        #field
        id="code"
        class="code"
        [class.long]="!isDigits()"
        name="code"
        type="text"
        autocapitalize="none"
        spellcheck="false"
        dir="ltr"
        [attr.inputmode]="isDigits() ? 'numeric' : 'text'"
        [attr.autocomplete]="isDigits() ? 'one-time-code' : 'off'"
        [attr.maxlength]="isDigits() ? 12 : 40"
        [attr.data-initial-focus]="initialFocus() ? '' : null"
        [value]="value()"
        [attr.aria-invalid]="invalid()"
        [attr.aria-describedby]="'code-error ' + describedBy()"
        (input)="entered(field.value)"
      />
      <p id="code-error" class="field-error">{{ error() }}</p>
    </div>
  `,
  styles: `
    .long {
      font-size: 1.125rem;
      letter-spacing: 0.08em;
    }
  `,
})
export class CodeField {
  protected readonly text = inject(TEXT);

  readonly method = input<CodeMethod>('totp');
  readonly value = model('');
  readonly invalid = input(false);
  readonly describedBy = input('');
  /** Whether the page gives this field the initial focus instead of its heading. */
  readonly initialFocus = input(false);
  /** The whole code was pasted or filled in by the device, so the form can be sent. */
  readonly completed = output();

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly isDigits = computed(() => this.method() === 'totp');
  protected readonly error = computed(() => {
    if (!this.invalid()) return '';
    return this.text(this.isDigits() ? 'code.invalid' : 'code.recoveryInvalid');
  });

  focus(): void {
    this.field().nativeElement.focus();
  }

  protected entered(after: string): void {
    const before = withoutSeparators(this.value());
    this.value.set(after);
    // A recovery code works once, so only the user sends it.
    const complete = this.isDigits() && isCode(after, 'totp');
    if (complete && withoutSeparators(after).length - before.length > 1) this.completed.emit();
  }
}

/** Returns the code without spaces and hyphens. */
export function withoutSeparators(text: string): string {
  return text.replace(/[\s\p{Pd}\u00ad\u2212]/gu, '');
}

export function isCode(text: string, method: CodeMethod): boolean {
  const code = withoutSeparators(text);
  return method === 'totp' ? /^\d{6}$/.test(code) : /^[\da-z]{14}$/i.test(code);
}
