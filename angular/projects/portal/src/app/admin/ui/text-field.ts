import { Component, input } from '@angular/core';

let count = 0;

/** A text field of a form, with its error and its help. The form reads the value by the name. */
@Component({
  selector: 'app-text-field',
  template: `
    <div class="field">
      <label [for]="id">{{ label() }}</label>
      <input
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        dir="auto"
        [id]="id"
        [type]="type()"
        [name]="name()"
        [value]="value()"
        [required]="required()"
        [attr.aria-invalid]="!!error()"
        [attr.aria-describedby]="id + '-error ' + id + '-help'"
      />
      <p class="field-error" [id]="id + '-error'">{{ error() }}</p>
      <p class="help" [id]="id + '-help'">{{ help() }}</p>
    </div>
  `,
  styles: `
    .help {
      margin: 0.375rem 0 0;
      color: var(--text-muted);
      font-size: 0.9375rem;

      &:empty {
        display: none;
      }
    }
  `,
})
export class TextField {
  readonly label = input.required<string>();
  readonly name = input.required<string>();
  readonly value = input('');
  readonly type = input('text');
  readonly required = input(false);
  readonly error = input('');
  readonly help = input('');

  protected readonly id = `admin-field-${++count}`;
}
