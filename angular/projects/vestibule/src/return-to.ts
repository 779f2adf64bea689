import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { ApiAddress } from './api-address';
import { VESTIBULE_OPTIONS } from './options';
import { Destination, PageExit } from './page-exit';
import { PageUrls } from './page-urls';
import { returnTarget } from './return-path';
import { ServiceSettings } from './service-settings';

/**
 * The page to which a user returns after a sign-in step: the parameter `returnTo`. It is a path of this origin, or an
 * absolute URL of this origin or of an origin in `VESTIBULE_ALLOWED_ORIGINS`.
 *
 * @example
 * ```ts
 * const returnTo = inject(ReturnTo);
 * const target = returnTo.read(inject(ActivatedRoute).snapshot.queryParamMap.get('returnTo'));
 * await returnTo.leave(target);
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ReturnTo {
  readonly #router = inject(Router);
  readonly #options = inject(VESTIBULE_OPTIONS);
  readonly #exit = inject(PageExit);
  readonly #urls = inject(PageUrls);
  readonly #settings = inject(ServiceSettings);
  readonly #api = inject(ApiAddress);

  /** Returns the target if it is allowed, otherwise `null`. An attacker can write any text into a link. */
  read(value: unknown): string | null {
    return returnTarget(value, {
      origin: this.#api.origin,
      prefix: this.#api.sameOrigin ? new URL(this.#api.pages).pathname.replace(/\/$/, '') : '',
      allowed: this.#settings.current().origins ?? [],
    });
  }

  /** Returns the form of a router URL that the service accepts as `returnTo`. */
  of(routerUrl: string): string {
    return this.#urls.target(routerUrl);
  }

  /** Returns the router URL of a target, or `null` if only a page load leads to it. */
  routerUrl(target: string): string | null {
    return this.#urls.routerUrl(target);
  }

  /**
   * Returns the URL for a link to the target, or to the home page. `change` may change the router URL of a page of this
   * application.
   */
  href(target: string | null, change = (routerUrl: string) => routerUrl): string {
    const to = this.destination(target);
    return to instanceof URL ? to.href : this.#urls.target(change(this.#router.serializeUrl(to)));
  }

  /** Goes to the target, or to the home page: with the router if it is a page of this application. */
  async leave(target: string | null, state: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const to = this.destination(target);
    await this.#exit.go(to, { replace: to instanceof URL, state });
  }

  /** Returns where a target leads. The caller must have checked it with `read`. */
  destination(target: string | null): Destination {
    const url = target ?? this.#urls.absolute(this.#options.homePath);
    const routerUrl = this.#urls.routerUrl(url);
    return routerUrl === null ? new URL(url, this.#api.origin) : this.#router.parseUrl(routerUrl);
  }
}
