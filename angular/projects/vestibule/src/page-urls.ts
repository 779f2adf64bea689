import { Location } from '@angular/common';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { ApiAddress, parseUrl } from './api-address';
import { VESTIBULE_OPTIONS } from './options';
import { SERVER_RENDERING } from './platform';

/** Translates between the router's URLs (`/reports`) and absolute URLs (`https://corp.example/app/#/reports`). */
@Injectable({ providedIn: 'root' })
export class PageUrls {
  readonly #document = inject(DOCUMENT);
  readonly #location = inject(Location);
  readonly #router = inject(Router);
  readonly #api = inject(ApiAddress);
  readonly #options = inject(VESTIBULE_OPTIONS);
  readonly #server = inject(SERVER_RENDERING);

  /** Returns the absolute URL of a router URL; of the current page, exactly the URL in the address bar. */
  absolute(routerUrl: string): string {
    const { href } = this.#server ?? this.#document.location;
    const current = this.#inApplication(href);
    return current !== null && this.#isSame(current, routerUrl) ? href : this.#external(routerUrl);
  }

  /**
   * Returns the form of a router URL that the service accepts as return target. A path belongs to the origin of the
   * service, so an application at another origin needs the absolute URL.
   */
  target(routerUrl: string): string {
    const absolute = this.absolute(routerUrl);
    const { origin } = this.#api;
    return this.#api.sameOrigin && absolute.startsWith(origin)
      ? absolute.slice(origin.length)
      : absolute;
  }

  /**
   * Returns the router URL of a target, or `null` if the page is not of this application: another origin, outside of
   * the base href, or not one of `ownPaths`.
   */
  routerUrl(target: string): string | null {
    const routerUrl = this.#inApplication(target);
    // The browser would read two slashes as the start of a host name.
    return routerUrl === null || routerUrl.startsWith('//') || !this.#isOwn(routerUrl)
      ? null
      : routerUrl;
  }

  #inApplication(target: string): string | null {
    const href = parseUrl(target, this.#api.origin)?.href ?? '';
    const root = this.#external('/');
    return `${href}/`.startsWith(root) ? `/${href.slice(root.length)}` : null;
  }

  #isOwn(routerUrl: string): boolean {
    const path = routerUrl.replace(/[;?#].*$/, '');
    return this.#options.ownPaths?.includes(path) ?? true;
  }

  /** The base href and the location strategy decide. */
  #external(routerUrl: string): string {
    const base = this.#api.baseUri || this.#document.location.href;
    return new URL(this.#location.prepareExternalUrl(routerUrl), base).href;
  }

  /** Compares two URLs as the router reads them. */
  #isSame(url: string, other: string): boolean {
    const normalized = (text: string) => this.#router.serializeUrl(this.#router.parseUrl(text));
    try {
      return normalized(url) === normalized(other);
    } catch {
      // The router cannot read invalid percent-encoding.
      return false;
    }
  }
}
