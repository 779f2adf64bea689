import { DOCUMENT, Service, inject } from '@angular/core';
import { VESTIBULE_OPTIONS } from './options';

/** Knows which requests are for the API: only those get the cookie, the CSRF token, and a look at their 401. */
@Service()
export class ApiAddress {
  private readonly document = inject(DOCUMENT);
  private readonly options = inject(VESTIBULE_OPTIONS);
  private readonly base = new URL(
    this.options.apiBase.replace(/\/+$/, ''),
    this.document.location.origin,
  );

  /** May the CSRF cookie be read here? */
  readonly sameOrigin = this.base.origin === this.document.location.origin;

  /** Address of a route, e.g. `url('/auth/session')`. */
  url(route: string): string {
    return this.options.apiBase.replace(/\/+$/, '') + route;
  }

  /** The route of an address under the API (`/auth/session`), or `null` for everybody else's. */
  route(url: string): string | null {
    if (!URL.canParse(url, this.document.location.origin)) return null;
    const target = new URL(url, this.document.location.origin);
    if (target.origin !== this.base.origin) return null;
    const prefix = this.base.pathname.replace(/\/+$/, '');
    return target.pathname.startsWith(`${prefix}/`) ? target.pathname.slice(prefix.length) : null;
  }
}
