import { Component } from '@angular/core';

/** The logo: two arches on one base line. */
@Component({
  selector: 'app-brand-mark',
  template: `
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <rect class="tile" width="32" height="32" rx="8" />
      <path
        class="arches"
        d="M6.5 24V13a4.25 4.25 0 0 1 8.5 0v11zM17 24V13a4.25 4.25 0 0 1 8.5 0v11z"
      />
      <path class="base" d="M6.5 26.5h19" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    .tile {
      fill: #114b55;
    }
    .arches {
      fill: #f4e7c8;
    }
    .base {
      stroke: #e3b04b;
      stroke-width: 1.8;
      stroke-linecap: round;
    }
  `,
})
export class BrandMark {}
