import { Injectable, inject } from '@angular/core';
import { ActivatedRouteSnapshot, Router, UrlTree } from '@angular/router';
import { EndReason } from './api-types';
import { VESTIBULE_OPTIONS } from './options';
import { returnPath } from './return-path';
import { Session } from './session';

/** Pages of the sign-in steps, and the page to open after them. */
@Injectable({ providedIn: 'root' })
export class AuthPages {
  readonly #router = inject(Router);
  readonly #options = inject(VESTIBULE_OPTIONS);

  /** Returns the page for the state of the session, with `returnTo` and the reason in its query. */
  pageFor(session: Session, returnTo: string | null, reason: EndReason | null = null): UrlTree {
    const { loginPath, secondFactorPath, enrolmentPath } = this.#options;
    const state = session.state();
    const page =
      state === 'awaitingSecondFactor'
        ? secondFactorPath
        : state === 'awaitingEnrolment'
          ? enrolmentPath
          : loginPath;
    return this.#router.createUrlTree([page], {
      queryParams: {
        reason,
        returnTo: returnTo === this.#options.homePath ? null : returnTo,
      },
    });
  }

  /** Returns the page that the `returnTo` parameter names, or the home page. */
  returnTarget(page: ActivatedRouteSnapshot | URLSearchParams): UrlTree {
    const text =
      page instanceof URLSearchParams ? page.get('returnTo') : page.queryParamMap.get('returnTo');
    return this.#router.parseUrl(returnPath(text) ?? this.#options.homePath);
  }

  forbiddenPage(): UrlTree {
    return this.#router.parseUrl(this.#options.forbiddenPath);
  }

  /** Whether the URL is the page of a sign-in step. Such a page is never a return target. */
  isAuthPage(url: string): boolean {
    const { loginPath, secondFactorPath, enrolmentPath } = this.#options;
    return [loginPath, secondFactorPath, enrolmentPath].includes(pathOf(url));
  }

  isEnrolmentPage(url: string): boolean {
    return pathOf(url) === this.#options.enrolmentPath;
  }

  /** Whether the URL is the link page, which works with and without a session. */
  isLinkPage(url: string): boolean {
    return pathOf(url) === this.#options.linkPath;
  }
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}
