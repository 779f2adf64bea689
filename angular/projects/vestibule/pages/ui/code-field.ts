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

/** A method of the second factor with a code: of the authenticator app, by message, or a recovery code. */
export type CodeMethod = 'totp' | 'emailCode' | 'smsCode' | 'recoveryCode';

const PATTERNS = { app: /^\d{6}$/, message: /^\d{8}$/, recovery: /^[\da-z]{14}$/i };

const LABELS = {
  app: 'code.label',
  message: 'messageCode.label',
  recovery: 'code.recoveryLabel',
} as const;

const ERRORS = {
  app: 'code.invalid',
  message: 'messageCode.invalid',
  recovery: 'code.recoveryInvalid',
} as const;

let count = 0;

/**
 * The field for a code of six digits, for one of eight digits that came by message, or for a recovery code. It accepts
 * spaces, as some apps insert them, and the hyphens of a recovery code.
 */
@Component({
  selector: 'vestibule-code-field',
  template: `
    <div class="field">
      <label [for]="id">{{ text(labels[kind()]) }}</label>
      <input
        #field
        [id]="id"
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
        [attr.aria-describedby]="errorId + ' ' + describedBy()"
        (input)="entered(field.value)"
      />
      <p [id]="errorId" class="field-error">{{ error() }}</p>
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

  /** A dialog over the page can have another field for a code. */
  protected readonly id = `vestibule-code-${++count}`;
  protected readonly errorId = `${this.id}-error`;
  protected readonly labels = LABELS;
  protected readonly kind = computed(() => kindOf(this.method()));
  protected readonly isDigits = computed(() => this.kind() !== 'recovery');
  protected readonly error = computed(() => (this.invalid() ? this.text(ERRORS[this.kind()]) : ''));

  focus(): void {
    this.field().nativeElement.focus();
  }

  protected entered(after: string): void {
    const before = withoutSeparators(this.value());
    this.value.set(after);
    // A recovery code works once, so only the user sends it.
    const complete = this.isDigits() && isCode(after, this.method());
    if (complete && withoutSeparators(after).length - before.length > 1) this.completed.emit();
  }
}

/** Returns the code without spaces and hyphens. */
export function withoutSeparators(text: string): string {
  return text.replace(/[\s\p{Pd}\u00ad\u2212]/gu, '');
}

export function isCode(text: string, method: CodeMethod): boolean {
  return PATTERNS[kindOf(method)].test(withoutSeparators(text));
}

/** Whether the code of the method comes by message. */
export function isMessageMethod(method: string): method is 'emailCode' | 'smsCode' {
  return method === 'emailCode' || method === 'smsCode';
}

function kindOf(method: CodeMethod): keyof typeof PATTERNS {
  if (isMessageMethod(method)) return 'message';
  return method === 'totp' ? 'app' : 'recovery';
}
