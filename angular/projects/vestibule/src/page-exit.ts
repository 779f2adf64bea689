import { DOCUMENT, Injectable, InjectionToken, inject } from '@angular/core';
import { GuardResult, Router, UrlTree } from '@angular/router';
import { SERVER_RENDERING } from './platform';

/** A page of this application (`UrlTree`), or a page that only a full navigation reaches (`URL`). */
export type Destination = UrlTree | URL;

/** Full navigations of the browser. Tests replace them: jsdom does not navigate. */
export const BROWSER_NAVIGATION = new InjectionToken('BROWSER_NAVIGATION', {
  factory: () => {
    const document = inject(DOCUMENT);
    return {
      assign: (url: string) => document.location.assign(url),
      replace: (url: string) => document.location.replace(url),
    };
  },
});

/** Goes to the pages of the sign-in and back, with the router or with a full navigation. */
@Injectable({ providedIn: 'root' })
export class PageExit {
  readonly #router = inject(Router);
  readonly #browser = inject(BROWSER_NAVIGATION);
  readonly #window = inject(DOCUMENT).defaultView;
  readonly #server = inject(SERVER_RENDERING);

  #leaving: Promise<false> | null = null;

  /** Goes to the page. `replace`: the current page does not stay in the history. */
  async go(to: Destination, { replace = false, state = {} } = {}): Promise<void> {
    if (to instanceof URL && this.#server) this.#server.redirect(to);
    else if (to instanceof URL) await this.#leave(to, replace);
    else await this.#router.navigateByUrl(to, { replaceUrl: replace, state });
  }

  /** Returns what a guard must return to lead to the page. */
  async redirect(to: Destination): Promise<GuardResult> {
    if (to instanceof URL && this.#server) return this.#server.redirect(to);
    // The page that the browser has just opened is empty: "back" must not lead to it.
    return to instanceof URL ? this.#leave(to, !this.#router.navigated) : to;
  }

  /**
   * Leaves the application. A navigation of the router must wait until the browser has left: if it ended earlier, the
   * router would change the address bar. Only the first call of a page leaves: the session and several guards may want
   * to. Resolves to `false` if "back" brings the page back.
   */
  #leave(url: URL, replace: boolean): Promise<false> {
    // A `javascript:` URL would run in this origin.
    if (!/^https?:$/.test(url.protocol)) throw new Error(`not an http(s) URL: ${url.href}`);
    this.#leaving ??= new Promise((resolve) => {
      const onShow = ({ persisted }: PageTransitionEvent) => {
        if (!persisted) return;
        this.#window?.removeEventListener('pageshow', onShow);
        this.#leaving = null;
        resolve(false);
      };
      this.#window?.addEventListener('pageshow', onShow);
      if (replace) this.#browser.replace(url.href);
      else this.#browser.assign(url.href);
    });
    return this.#leaving;
  }
}
