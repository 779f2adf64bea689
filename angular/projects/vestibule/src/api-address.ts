import { DOCUMENT, Injectable, inject } from '@angular/core';
import { VESTIBULE_OPTIONS } from './options';

/** Address of the API. Only requests to it receive the cookie and the CSRF token. */
@Injectable({ providedIn: 'root' })
export class ApiAddress {
  readonly #document = inject(DOCUMENT);
  readonly #options = inject(VESTIBULE_OPTIONS);
  readonly #base = new URL(
    this.#options.apiBase.replace(/\/+$/, ''),
    this.#document.location.origin,
  );

  /** Whether the API has the page's origin, so that the page can read the CSRF cookie. */
  readonly sameOrigin = this.#base.origin === this.#document.location.origin;

  /** Returns the URL of a route, for example of `/auth/session`. */
  url(route: string): string {
    return this.#options.apiBase.replace(/\/+$/, '') + route;
  }

  /**
   * Returns the URL of a page of the API for a path from the server (`/api/auth/…`), or `null` if it leads to another
   * origin. A proxy may offer the API under another path than the server's.
   */
  page(path: string): string | null {
    const url = path.startsWith('/api/') ? this.url(path.slice('/api'.length)) : path;
    if (!URL.canParse(url, this.#base)) return null;
    const target = new URL(url, this.#base);
    return target.origin === this.#base.origin ? target.href : null;
  }

  /** Returns the route of a URL of the API (`/auth/session`), or `null` for every other URL. */
  route(url: string): string | null {
    if (!URL.canParse(url, this.#document.location.origin)) return null;
    const target = new URL(url, this.#document.location.origin);
    if (target.origin !== this.#base.origin) return null;
    const prefix = this.#base.pathname.replace(/\/+$/, '');
    return target.pathname.startsWith(`${prefix}/`) ? target.pathname.slice(prefix.length) : null;
  }
}
