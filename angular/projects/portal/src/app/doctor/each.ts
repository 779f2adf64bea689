import {
  Directive,
  EmbeddedViewRef,
  TemplateRef,
  ViewContainerRef,
  effect,
  inject,
  input,
  untracked,
} from '@angular/core';

/** The context of one view. */
interface Item<T> {
  $implicit: T;
}

/**
 * Renders a template once for each item of a short list. The code of `@for` would be in the first script, because this page shares
 * it: 1.2 kB of each first view.
 */
@Directive({ selector: '[appEach][appEachOf]' })
export class Each<T> {
  private readonly container = inject(ViewContainerRef);
  private readonly template = inject<TemplateRef<Item<T>>>(TemplateRef);

  readonly appEachOf = input.required<readonly T[]>();

  constructor() {
    const views: EmbeddedViewRef<Item<T>>[] = [];
    effect(() => {
      const items = this.appEachOf();
      untracked(() => {
        for (const view of views.splice(0)) view.destroy();
        for (const item of items) {
          views.push(this.container.createEmbeddedView(this.template, { $implicit: item }));
        }
      });
    });
  }

  /** Gives the compiler the type of the template variable. It does not exist at run time. */
  declare static readonly ngTemplateContextGuard: <T>(
    each: Each<T>,
    context: unknown,
  ) => context is Item<T>;
}
