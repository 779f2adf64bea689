import { Directive, TemplateRef, ViewContainerRef, effect, inject, input } from '@angular/core';

/**
 * Shows a template here: `<ng-template [appOutlet]="content" />`.
 *
 * It replaces `NgTemplateOutlet`, which the bundler would put into the first view. A template with the content of a component
 * can be shown at one of several places, where only the last one of several `<ng-content>` would have it.
 */
@Directive({ selector: '[appOutlet]' })
export class Outlet {
  readonly appOutlet = input.required<TemplateRef<unknown>>();

  constructor() {
    const container = inject(ViewContainerRef);
    effect((onCleanup) => {
      const view = container.createEmbeddedView(this.appOutlet());
      onCleanup(() => view.destroy());
    });
  }
}
