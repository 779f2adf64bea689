import { DOCUMENT, Injectable, InjectionToken, inject } from '@angular/core';
import { VESTIBULE_OPTIONS } from './options';
import { SERVER_RENDERING } from './platform';

/** Addresses of the application's own APIs, from `withBackends`. */
export const BACKENDS = new InjectionToken<readonly string[]>('BACKENDS', { factory: () => [] });

/**
 * Addresses whose requests receive the cookie and the CSRF token: the API of the service, and the application's own
 * APIs. No other address receives them.
 */
@Injectable({ providedIn: 'root' })
export class ApiAddress {
  readonly #document = inject(DOCUMENT);
  readonly #options = inject(VESTIBULE_OPTIONS);
  readonly #server = inject(SERVER_RENDERING);
  /** Origin of the page. */
  readonly origin = this.#server?.origin ?? this.#document.location.origin;
  readonly #base = new URL(this.#options.apiBase.replace(/\/+$/, ''), this.origin);
  readonly #backends = inject(BACKENDS).map((address) => backendOf(address, this.origin));
  /** Base URL of the page. The document of a server has none. */
  readonly baseUri = this.#server?.origin ?? this.#document.baseURI;
  readonly #hasForeignBase = parseUrl(this.baseUri)?.origin !== this.origin;

  /** Whether the API has the page's origin, so that the page can read the CSRF cookie. */
  readonly sameOrigin = this.#base.origin === this.origin;

  /** URL of the pages of the service, without a slash at the end: `https://corp.example/auth` for `/auth/api`. */
  readonly pages = this.#base.origin + this.#base.pathname.replace(/(\/api)?\/*$/, '');

  /** Returns the URL of a route, for example of `/auth/session`. */
  url(route: string): string {
    // A browser resolves a path against `<base href>`. At another origin, the token would follow it there.
    const base = this.#hasForeignBase ? this.#base.href : this.#options.apiBase;
    return base.replace(/\/+$/, '') + route;
  }

  /**
   * Returns the URL of a page of the API for a path from the server (`/api/auth/…`), or `null` if it leads to another
   * origin. A proxy may offer the API under another path than the server's.
   */
  page(path: string): string | null {
    const url = path.startsWith('/api/') ? this.url(path.slice('/api'.length)) : path;
    const target = parseUrl(url, this.#base);
    return target?.origin === this.#base.origin ? target.href : null;
  }

  /** Returns the route of a URL of the API (`/auth/session`), or `null` for every other URL. */
  route(url: string): string | null {
    const target = this.#resolve(url);
    return target && contains(this.#base, target)
      ? target.pathname.slice(this.#base.pathname.replace(/\/+$/, '').length)
      : null;
  }

  /** Whether a request to the URL carries the session: the URL is of the API, or of one of the application's own APIs. */
  carriesSession(url: string): boolean {
    const target = this.#resolve(url);
    return (
      target !== null &&
      [this.#base, ...this.#backends].some((address) => contains(address, target))
    );
  }

  /** Resolves the URL as the browser does. */
  #resolve(url: string): URL | null {
    return parseUrl(url, this.baseUri);
  }
}

/** Compares whole origins and whole path segments: `https://api.corp.example.evil` and `/ordersX` must not match. */
function contains(address: URL, target: URL): boolean {
  const path = address.pathname.replace(/\/*$/, '/');
  return target.origin === address.origin && `${target.pathname}/`.startsWith(path);
}

/** Returns `null` for a text that is no URL. `URL.parse` is newer than the browsers of Angular 20. */
export function parseUrl(text: string, base?: string | URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

function backendOf(address: string, origin: string): URL {
  const url = parseUrl(address, origin);
  const isAddress = /^(https?:\/\/|\/(?!\/))/.test(address) && !/[?#*\\]/.test(address);
  if (!url || !isAddress || url.username || url.password) {
    // The bundle of a production build has no explanations: the mistake shows at the start of each build.
    const explains = typeof ngDevMode === 'undefined' || ngDevMode;
    throw new Error(
      explains
        ? `withBackends: "${address}" is not an address; write a path such as "/orders" or a URL such as "https://api.corp.example"`
        : `withBackends "${address}"`,
    );
  }
  return url;
}
