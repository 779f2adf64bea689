import { Service, inject } from '@angular/core';
import { ActivatedRouteSnapshot, Router, UrlTree } from '@angular/router';
import { VESTIBULE_OPTIONS } from './options';
import { returnPath } from './return-path';
import { Session } from './session';
import { EndReason } from './api-types';

/** The pages of signing in, and the way back from them. */
@Service()
export class AuthPages {
  private readonly router = inject(Router);
  private readonly options = inject(VESTIBULE_OPTIONS);

  /** The page of the step this browser is at, which leads on to `returnTo`. */
  pageFor(session: Session, returnTo: string | null, reason: EndReason | null = null): UrlTree {
    const { loginPath, secondFactorPath, enrolmentPath } = this.options;
    const state = session.state();
    const step =
      state === 'awaitingSecondFactor'
        ? secondFactorPath
        : state === 'awaitingEnrolment'
          ? enrolmentPath
          : loginPath;
    return this.router.createUrlTree([step], {
      queryParams: {
        reason,
        returnTo: returnTo === this.options.homePath ? null : returnTo,
      },
    });
  }

  /** Where the `returnTo` of a sign-in page leads. */
  returnTarget(page: ActivatedRouteSnapshot | URLSearchParams): UrlTree {
    const text =
      page instanceof URLSearchParams ? page.get('returnTo') : page.queryParamMap.get('returnTo');
    return this.router.parseUrl(returnPath(text) ?? this.options.homePath);
  }

  forbiddenPage(): UrlTree {
    return this.router.parseUrl(this.options.forbiddenPath);
  }

  /** Is this address one of the pages of signing in, where no one wants to come back to? */
  isAuthPage(url: string): boolean {
    const { loginPath, secondFactorPath, enrolmentPath } = this.options;
    return [loginPath, secondFactorPath, enrolmentPath].includes(pathOf(url));
  }

  isEnrolmentPage(url: string): boolean {
    return pathOf(url) === this.options.enrolmentPath;
  }

  /** Is this address the page of the pending link, which has a part for visitors and one for signed-in people? */
  isLinkPage(url: string): boolean {
    return pathOf(url) === this.options.linkPath;
  }
}

/** An address of the router without its query and fragment. */
function pathOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}
