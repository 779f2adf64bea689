import { Component, computed, input } from '@angular/core';

interface Mark {
  readonly shape: string;
  /** Whether the shape is a line instead of an area. */
  readonly line?: number;
}

/** The marks of known providers, drawn for this package in one colour, that of the theme. */
const MARKS: Readonly<Record<string, Mark>> = {
  apple: {
    shape:
      'M16.6 12.6c0-2.3 1.9-3.4 2-3.5-1.1-1.6-2.8-1.8-3.4-1.8-1.4-.1-2.8.9-3.5.9s-1.9-.8-3-.8C5.1 7.4 3 9.5 3 13c0 3.6 2.6 8 4.9 8 1.1 0 1.6-.8 3.1-.8s1.9.8 3.1.8c2 0 3.8-3.2 4.3-4.8-.1 0-1.8-.8-1.8-3.6zM14.4 5.700c.8-.9 1.3-2.2 1.1-3.5-1.1.1-2.4.8-3.2 1.7-.7.8-1.3 2.1-1.1 3.3 1.2.1 2.4-.6 3.2-1.500z',
  },
  auth0: {
    shape:
      'M12 2l8 2.500c1 6-.5 12-8 17.5-7.5-5.5-9-11.5-8-17.500zm0 4.500l-1.3 3.900H6.600l3.3 2.4-1.3 3.9 3.4-2.4 3.4 2.4-1.3-3.9 3.3-2.400h-4.100z',
  },
  entra: {
    shape:
      'M3 3h8.500v8.500H3zM12.5 3H21v8.500h-8.500zM3 12.500h8.500V21H3zM12.5 12.500H21V21h-8.500z',
  },
  google: { shape: 'M20.5 12h-8M18 6A8.5 8.5 0 1 0 20.5 12', line: 3.25 },
  keycloak: {
    shape: 'M7.5 3.500h9L21.5 12l-5 8.500h-9L2.5 12zM10.5 8L8 12l2.5 4M13.5 8l2.5 4-2.5 4',
    line: 2,
  },
  okta: { shape: 'M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14z', line: 5 },
};
const KEY: Mark = {
  shape: 'M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM11 11l9 9M16 16l2.5-2.5',
  line: 1.75,
};

/** The mark of a provider; a key for a provider without one. */
@Component({
  selector: 'vestibule-provider-icon',
  template: `
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path
        [attr.d]="mark().shape"
        [class.line]="mark().line"
        [attr.stroke-width]="mark().line ?? null"
      />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    path {
      fill: var(--accent);
      fill-rule: evenodd;
    }
    .line {
      fill: none;
      stroke: var(--accent);
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    @media (forced-colors: active) {
      path {
        fill: currentcolor;
      }
      .line {
        fill: none;
        stroke: currentcolor;
      }
    }
  `,
})
export class ProviderIcon {
  readonly kind = input.required<string>();

  protected readonly mark = computed(() =>
    Object.hasOwn(MARKS, this.kind()) ? (MARKS[this.kind()] ?? KEY) : KEY,
  );
}
