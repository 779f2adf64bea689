import { Directive, TemplateRef, ViewContainerRef, effect, inject, input } from '@angular/core';

/**
 * Repeats its element for each item: `*appEach="let provider of providers()"`.
 *
 * It replaces `@for`, whose runtime adds 1.0 kB to the first view. The bundler puts that runtime into the
 * first view even if only lazy pages use it. An element is kept, with its focus, while its item has the same JSON: each
 * response of the server creates new objects, also for unchanged items.
 */
@Directive({ selector: '[appEach]' })
export class Each<T> {
  private readonly template = inject<TemplateRef<{ readonly $implicit: T }>>(TemplateRef);
  private readonly container = inject(ViewContainerRef);

  readonly appEachOf = input.required<readonly T[]>();

  constructor() {
    let rendered: readonly string[] = [];
    effect(() => {
      const items = this.appEachOf();
      const keys = items.map((item) => JSON.stringify(item));
      items.forEach(($implicit, index) => {
        if (keys[index] === rendered[index]) return;
        this.container.get(index)?.destroy();
        this.container.createEmbeddedView(this.template, { $implicit }, index);
      });
      while (this.container.length > items.length) this.container.remove();
      rendered = keys;
    });
  }

  /** Gives the compiler the type of the template variable. It does not exist at run time. */
  declare static readonly ngTemplateContextGuard: <T>(
    each: Each<T>,
    context: unknown,
  ) => context is { readonly $implicit: T };
}
