import { Component, computed, input } from '@angular/core';

/**
 * Shapes of our own, not trademarks: a lock in a hexagon for Auth0, an office for Okta, a diamond for Entra ID, a keyhole in
 * a hexagon for Keycloak, a fruit for Apple. Other providers get a key.
 */
const SHAPES: Readonly<Record<string, string>> = {
  auth0: 'M12 3l8 4v10l-8 4-8-4V7zM9 11h6v5H9zM10 11V9a2 2 0 0 1 4 0v2',
  okta: 'M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3',
  entra: 'M12 3l9 9-9 9-9-9zM12 3v18',
  keycloak: 'M12 3l8 4v10l-8 4-8-4V7zM12 9v5',
  apple: 'M12 8a4 4 0 0 0-8 4c0 9 16 9 16 0a4 4 0 0 0-8-4V3',
};
const KEY = 'M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM11 11l9 9M16 16l2.5-2.5';

@Component({
  selector: 'vestibule-provider-icon',
  template: `
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path [attr.d]="shape()" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    path {
      fill: none;
      stroke: var(--accent);
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
