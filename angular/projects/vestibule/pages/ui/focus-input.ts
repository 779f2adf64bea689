import { Directive, ElementRef, afterNextRender, inject, input } from '@angular/core';

/** Focuses the first visible field in its element when the element is first rendered. */
@Directive({ selector: '[appFocusInput]' })
export class FocusInput {
  readonly appFocusInput = input(true);

  constructor() {
    const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
    afterNextRender(() => {
      if (this.appFocusInput()) {
        nativeElement.querySelector<HTMLElement>('input:not([hidden])')?.focus();
      }
    });
  }
}
