import { InjectionToken } from '@angular/core';
import type { HostedPages } from './hosted-pages';

/* Apart from the class, so that applications without `withHostedPages` do not contain its code. */

/**
 * Why the library stopped a navigation that would have no end.
 *
 * `signInNotKept`: the user came back from the sign-in page without a session, so the requests of this application do
 * not carry the cookie. `pagesMissing`: this application itself answers at the address of the sign-in page.
 * `noAllowedPage`: the user may open neither the page nor `forbiddenPath`.
 *
 * @example
 * ```ts
 * const message = computed(() => (session.problem() === 'signInNotKept' ? 'Sign-in is not possible.' : null));
 * ```
 */
export type SessionProblem = 'signInNotKept' | 'pagesMissing' | 'noAllowedPage';

/**
 * Options of `withHostedPages`.
 *
 * @example
 * ```ts
 * const options: HostedPagesOptions = { origin: 'https://id.corp.example' };
 * ```
 */
export interface HostedPagesOptions {
  /** Public URL of the service, if it is not the one of `apiBase`: for example behind a development proxy. */
  readonly origin?: string;
}

/** The pages that the service serves. Without `withHostedPages`, the pages are routes of the application. */
export const HOSTED_PAGES = new InjectionToken<HostedPages | null>('HOSTED_PAGES', {
  factory: () => null,
});

export const HOSTED_PAGES_OPTIONS = new InjectionToken<HostedPagesOptions>('HOSTED_PAGES_OPTIONS');
