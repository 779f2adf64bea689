import { Component, input } from '@angular/core';

let count = 0;

/** A checkbox of a form. The form reads it by the name. */
@Component({
  selector: 'app-check-field',
  template: `
    <div class="check">
      <input type="checkbox" [id]="id" [name]="name()" [checked]="checked()" />
      <label [for]="id">{{ label() }}</label>
    </div>
  `,
})
export class CheckField {
  readonly label = input.required<string>();
  readonly name = input.required<string>();
  readonly checked = input(false);

  protected readonly id = `admin-check-${++count}`;
}
