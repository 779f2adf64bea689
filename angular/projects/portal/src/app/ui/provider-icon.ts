import { Component, computed, input } from '@angular/core';

/** Shapes of our own, not trademarks: a lock in a hexagon for Auth0, an office for Okta. Other providers get a key. */
const SHAPES: Readonly<Record<string, string>> = {
  auth0: 'M12 2.5l8 4.75v9.5l-8 4.75-8-4.75v-9.5zM9 11.5h6v4H9zm1 0V9.75a2 2 0 0 1 4 0v1.75',
  okta: 'M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3',
};
const KEY = 'M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM11 11l9 9M16 16l2.5-2.5';

@Component({
  selector: 'app-provider-icon',
  template: `
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path [attr.d]="shape()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      color: var(--accent);
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.75;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class ProviderIcon {
  readonly kind = input.required<string>();

  protected readonly shape = computed(() =>
    Object.hasOwn(SHAPES, this.kind()) ? SHAPES[this.kind()] : KEY,
  );
}
