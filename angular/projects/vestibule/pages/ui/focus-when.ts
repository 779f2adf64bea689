import {
  Directive,
  ElementRef,
  Injector,
  afterNextRender,
  effect,
  inject,
  input,
} from '@angular/core';

/**
 * Focuses its element each time the bound value changes to a truthy one.
 *
 *     <h1 tabindex="-1" [appFocusWhen]="done()">
 */
@Directive({ selector: '[appFocusWhen]' })
export class FocusWhen {
  readonly appFocusWhen = input.required<unknown>();

  constructor() {
    const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
    const injector = inject(Injector);
    effect(() => {
      // The element may not be in the document before the view is rendered.
      if (this.appFocusWhen()) afterNextRender(() => nativeElement.focus(), { injector });
    });
  }
}
