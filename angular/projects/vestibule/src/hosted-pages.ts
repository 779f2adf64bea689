import { DOCUMENT, Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { ApiAddress, parseUrl } from './api-address';
import { HOSTED_PAGES_OPTIONS, HostedPagesOptions, SessionProblem } from './hosted-pages-token';
import { SERVER_RENDERING } from './platform';

/** A page that comes back without a session sooner than this was sent back without input of the user. */
const LOOP_TIME = 10_000;
/** A user who comes back so many times without a session cannot sign in here. */
const MAX_RETURNS = 2;
const FORGET_AFTER = 600_000;
const KEY = 'vestibule:left';

interface Exit {
  readonly url: string;
  readonly at: number;
  readonly returns: number;
}

/** Sends the user to the pages of the service, and stops if the user comes back without a session. */
@Injectable()
export class HostedPages {
  readonly #document = inject(DOCUMENT);
  readonly #router = inject(Router);
  /** A server has no tab: what one user did must not count for another user. */
  readonly #inBrowser = inject(SERVER_RENDERING) === null;
  readonly #base = baseOf(inject(HOSTED_PAGES_OPTIONS), inject(ApiAddress).pages);
  /** How an earlier page of this tab left. Guards of one page leave together, so its own exits do not count. */
  #last = this.#inBrowser ? readExit() : null;

  /** Returns the URL of a page. */
  page(path: string, params: Readonly<Record<string, string | null>>): URL {
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(params)) {
      if (value !== null) url.searchParams.set(name, value);
    }
    return url;
  }

  /** Records that the user leaves for a session. Returns a problem if the user must stay. */
  recordExit(returnTo: string): SessionProblem | null {
    if (!this.#inBrowser) return null;
    const problem = this.#problemOf(returnTo);
    if (problem) console.error(this.#messageFor(problem));
    return problem;
  }

  /** Records that the session exists: the way back worked. */
  arrived(): void {
    this.#last = null;
    if (this.#inBrowser) writeExit(null);
  }

  #problemOf(returnTo: string): SessionProblem | null {
    const { origin, pathname } = this.#document.location;
    if (`${origin}${pathname}` === this.page('/login', {}).href) return 'pagesMissing';
    const now = Date.now();
    const last = this.#isNewPage() && this.#last?.url === returnTo ? this.#last : null;
    const age = last ? now - last.at : FORGET_AFTER;
    const returns = last && age < FORGET_AFTER ? last.returns + 1 : 0;
    if (age < LOOP_TIME || returns >= MAX_RETURNS) return 'signInNotKept';
    writeExit({ url: returnTo, at: now, returns });
    return null;
  }

  /** Whether a link or a redirect has opened this page. A user who reloads it or goes back has not signed in before. */
  #isNewPage(): boolean {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return !this.#router.navigated && (entry?.type ?? 'navigate') === 'navigate';
  }

  #messageFor(problem: SessionProblem): string {
    const login = this.page('/login', {}).href;
    return problem === 'pagesMissing'
      ? `Vestibule: this application answers at ${login}. Send /login and the other pages of the service to the service, or name its address: withHostedPages({ origin }).`
      : `Vestibule: the user came back from ${login} without a session. The requests of this page do not carry the cookie: compare apiBase with the public URL of the service, and check VESTIBULE_ALLOWED_ORIGINS and the cookie settings of the browser.`;
  }
}

function readExit(): Exit | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Exit | null;
  } catch {
    return null;
  }
}

function writeExit(exit: Exit | null): void {
  try {
    if (exit) sessionStorage.setItem(KEY, JSON.stringify(exit));
    else sessionStorage.removeItem(KEY);
  } catch {
    // The browser allows no storage. The hosted page then says that it blocks cookies.
  }
}

function baseOf({ origin }: HostedPagesOptions, pages: string): string {
  if (origin === undefined) return pages;
  const url = parseUrl(origin);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new Error(
      `withHostedPages: "${origin}" is not the public URL of a service; write for example https://id.corp.example`,
    );
  }
  return url.href.replace(/\/+$/, '');
}
