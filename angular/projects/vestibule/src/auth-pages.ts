import { Injectable, inject, signal } from '@angular/core';
import { GuardResult, Router, UrlTree } from '@angular/router';
import { ApiAddress } from './api-address';
import { EndReason, SessionState, User } from './api-types';
import { Unmet } from './condition';
import { explainForbiddenPath } from './diagnostics';
import { HOSTED_PAGES, SessionProblem } from './hosted-pages-token';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS } from './options';
import { Destination, PageExit } from './page-exit';
import { PageUrls } from './page-urls';
import { ReturnTo } from './return-to';
import { Session } from './session';

type Step = 'login' | 'secondFactor' | 'enrolment' | 'passwordChange' | 'reauthentication';

/** The step that each state of the session awaits. */
const STEPS: Readonly<Partial<Record<SessionState | 'unknown', Step>>> = {
  awaitingSecondFactor: 'secondFactor',
  awaitingEnrolment: 'enrolment',
  awaitingPasswordChange: 'passwordChange',
};

/** Pages of the sign-in steps, of this application or of the service, and the page to open after them. */
@Injectable({ providedIn: 'root' })
export class AuthPages {
  readonly #router = inject(Router);
  readonly #options = inject(VESTIBULE_OPTIONS);
  readonly #api = inject(ApiAddress);
  readonly #exit = inject(PageExit);
  readonly #hosted = inject(HOSTED_PAGES);
  readonly #returnTo = inject(ReturnTo);
  readonly #urls = inject(PageUrls);
  readonly #problem = signal<SessionProblem | null>(null);

  /** Why the last navigation was stopped. */
  readonly problem = this.#problem.asReadonly();

  /** Returns a router URL or an absolute URL in the form that the sign-in pages and the service accept as `returnTo`. */
  targetOf(routerUrl: string): string {
    if (/^https?:/.test(routerUrl)) return routerUrl;
    return this.#hosted ? this.#urls.absolute(routerUrl) : this.#urls.target(routerUrl);
  }

  /** Returns the target of the parameter `returnTo` if it is allowed. */
  read(returnTo: unknown): string | null {
    return this.#returnTo.read(returnTo);
  }

  /** Leads a guard to the sign-in step that is missing. */
  async redirectToStep(session: Session, returnTo: string | null): Promise<GuardResult> {
    const step = stepOf(session);
    // The hosted page of the second step waits for the user. The sign-in page sends a signed-in user back at once.
    const problem = step === 'login' ? this.#hosted?.recordExit(this.#orHome(returnTo)) : null;
    this.#problem.set(problem ?? null);
    return problem ? false : this.#exit.redirect(this.#page(step, returnTo, session.endReason()));
  }

  /** Leads a guard to the page on which a signed-in user enrols a second factor, or signs in again. */
  async redirectToProof(unmet: Unmet, user: User | null, url: string): Promise<GuardResult> {
    const enrols = unmet === 'amr' && !user?.mfaEnabled;
    const step = enrols ? 'enrolment' : 'reauthentication';
    return this.#exit.redirect(this.#page(step, this.targetOf(url)));
  }

  /** Leads a guard to the page that `returnTo` names. */
  redirectToTarget(returnTo: unknown): Promise<GuardResult> {
    return this.#exit.redirect(this.#returnTo.destination(this.read(returnTo)));
  }

  /** Opens the sign-in step that is missing. `replace`: the current page does not stay in the history. */
  openStep(session: Session, returnTo: string | null, replace: boolean): void {
    const page = this.#page(stepOf(session), returnTo, session.endReason());
    if (page instanceof UrlTree && this.#router.serializeUrl(page) === this.#router.url) return;
    void this.#exit.go(page, { replace: replace || page instanceof URL });
  }

  /** Opens the page that `returnTo` names. */
  openTarget(returnTo: unknown): void {
    const to = this.#returnTo.destination(this.read(returnTo));
    void this.#exit.go(to, { replace: true });
  }

  /** Returns the URL of the sign-in page, or of the login at a provider, for a link. */
  signInUrl(provider?: string, returnTo?: string): string {
    const target = returnTo === undefined ? this.#currentTarget() : this.targetOf(returnTo);
    if (provider !== undefined) {
      const route = this.#api.url(`/auth/login/${encodeURIComponent(provider)}`);
      return `${route}?returnTo=${encodeURIComponent(target)}`;
    }
    const page = this.#page('login', target);
    return page instanceof URL ? page.href : this.#urls.absolute(this.#router.serializeUrl(page));
  }

  /**
   * Returns the target after a logout at a provider: the page `to`, or the home page. `null` stands for the sign-in page
   * of the service.
   */
  logoutTarget(to: string | undefined): string | null {
    if (to !== undefined) return this.targetOf(to);
    const ownLogin = this.#urls.absolute(this.#options.loginPath);
    return !this.#hosted && ownLogin === `${this.#api.pages}/login` ? null : this.#orHome(null);
  }

  /** Whether the page `to` is the current one. */
  isCurrent(to: string): boolean {
    const page = this.#returnTo.destination(this.targetOf(to));
    return page instanceof UrlTree && this.#router.serializeUrl(page) === this.#router.url;
  }

  /** Leaves for the logout at a provider. */
  openLogout(url: string): void {
    void this.#exit.go(new URL(url));
  }

  /** Opens a page of this application or of another one. */
  open(to: string): void {
    void this.#exit.go(this.#returnTo.destination(this.targetOf(to)));
  }

  forbiddenPage(): UrlTree {
    return this.#router.parseUrl(this.#options.forbiddenPath);
  }

  /** Records that a guard has stopped: the user may open neither the page nor the page for forbidden users. */
  reportNoAllowedPage(): void {
    this.#problem.set('noAllowedPage');
    if (typeof ngDevMode === 'undefined' || ngDevMode)
      explainForbiddenPath(this.#options.forbiddenPath);
  }

  /** Records that a session exists. */
  arrived(): void {
    this.#hosted?.arrived();
    this.#problem.set(null);
  }

  /** Whether the URL is the page of a sign-in step. Such a page is never a return target. */
  isAuthPage(url: string): boolean {
    const { loginPath, secondFactorPath } = this.#options;
    return this.isChangePage(url) || this.#isOneOf([loginPath, secondFactorPath], url);
  }

  /**
   * Whether the URL is the page of a step that a signed-in user opens as well: the enrolment, or the change of the
   * password. It stays open after the step, because it shows the result.
   */
  isChangePage(url: string): boolean {
    const { enrolmentPath, passwordChangePath } = this.#options;
    return this.#isOneOf([enrolmentPath, passwordChangePath], url);
  }

  /** Whether the URL is the link page, which works with and without a session. */
  isLinkPage(url: string): boolean {
    return pathOf(url) === this.#options.linkPath;
  }

  #isOneOf(paths: readonly string[], url: string): boolean {
    return !this.#hosted && paths.includes(pathOf(url));
  }

  #page(step: Step, returnTo: string | null, reason: EndReason | null = null): Destination {
    // The service serves its pages at the default paths.
    const hostedPath = DEFAULT_OPTIONS[`${step}Path` as const];
    return (
      this.#hosted?.page(hostedPath, { reason, returnTo: this.#orHome(returnTo) }) ??
      this.#route(step, { reason, returnTo })
    );
  }

  #orHome(returnTo: string | null): string {
    return returnTo ?? this.targetOf(this.#options.homePath);
  }

  /** Returns the target of the current page; on the sign-in page, the page that it was asked to return to. */
  #currentTarget(): string {
    const { url } = this.#router;
    if (!this.isAuthPage(url)) return this.targetOf(url);
    return this.#orHome(this.read(this.#router.parseUrl(url).queryParams['returnTo']));
  }

  #route(step: Step, query: Readonly<Record<string, string | null>>): UrlTree {
    const { homePath, [`${step}Path` as const]: path } = this.#options;
    const returnTo = query['returnTo'] === this.#urls.target(homePath) ? null : query['returnTo'];
    return this.#router.createUrlTree([path], { queryParams: { ...query, returnTo } });
  }
}

function stepOf(session: Session): Step {
  return STEPS[session.state()] ?? 'login';
}

/** Returns the path without a slash at the end: the router opens the same page for `/login/` and `/login;x=1`. */
export function pathOf(url: string): string {
  return url.replace(/[;?#].*$/, '').replace(/(.)\/+$/, '$1');
}
