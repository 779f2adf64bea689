import { HttpClient, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { Observable, catchError, firstValueFrom, from, of, switchMap, tap, throwError } from 'rxjs';
import { ApiAddress } from './api-address';
import { explainRefusedOrigin } from './diagnostics';
import { problemOf } from './problem';

/** The service sets the first one on https, and the second one on http. */
const COOKIES = ['__Host-XSRF-TOKEN', 'XSRF-TOKEN'];
const HEADER = 'X-XSRF-TOKEN';
const OUR_FORM = /^[\w-]{64}$/;

interface FetchedToken {
  readonly token: string;
  /** What the cookie contained afterwards. */
  readonly cookie: string | null;
}

/** CSRF token. It comes from the cookie if the API has the page's origin, otherwise from a request. */
@Injectable({ providedIn: 'root' })
export class CsrfToken {
  readonly #http = inject(HttpClient);
  readonly #api = inject(ApiAddress);
  readonly #document = inject(DOCUMENT);

  #fetched: FetchedToken | null = null;
  #pending: Promise<string> | null = null;

  get(): Observable<string> {
    const cookie = this.#readCookie();
    const token = this.#fetched?.cookie === cookie ? this.#fetched.token : cookie;
    return token === null ? this.fetch() : of(token);
  }

  /** Requests a new token. Concurrent calls share one request. */
  fetch(): Observable<string> {
    this.#pending ??= this.#request().finally(() => (this.#pending = null));
    return from(this.#pending);
  }

  /** Clears the token of the last request, which is bound to the session ID. */
  clear(): void {
    this.#fetched = null;
  }

  async #request(): Promise<string> {
    const url = this.#api.url('/auth/csrf-token');
    const { csrfToken: token } = await firstValueFrom(this.#http.get<{ csrfToken: string }>(url));
    // While the cookie stays the same, it is not ours: another application uses the name.
    this.#fetched = { token, cookie: this.#readCookie() };
    return token;
  }

  /** Reading cookies throws in a sandboxed frame. The token comes from a request then. */
  #cookies(): string {
    try {
      return this.#document.cookie;
    } catch {
      return '';
    }
  }

  /**
   * Returns the cookie that can be ours. Other applications of the site use the name `XSRF-TOKEN`, for a parent domain
   * or a longer path, with any value: nothing is decoded, and a value in our form is preferred. Cookies of longer paths
   * come first. If the choice is wrong, the server refuses the token, and the interceptor requests the right one.
   */
  #readCookie(): string | null {
    if (!this.#api.sameOrigin) return null;
    const pairs = this.#cookies().split('; ');
    const values = COOKIES.map((name) =>
      pairs
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1)),
    ).find((values) => values.length > 0);
    return values?.filter((value) => OUR_FORM.test(value)).at(-1) ?? values?.at(-1) ?? null;
  }
}

/**
 * Adds the CSRF token to unsafe requests to the API and to the application's own APIs, and to no other request. After 403 `csrf_failed` it retries once
 * with a new token, because another tab may have changed the session ID, or the cookie was another application's.
 */
export const csrfInterceptor: HttpInterceptorFn = (request, next) => {
  const api = inject(ApiAddress);
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || !api.carriesSession(request.url)) {
    return next(request);
  }
  const token = inject(CsrfToken);
  const document = inject(DOCUMENT);
  const send = (value: string) => next(withToken(request, value));
  return token.get().pipe(
    switchMap(send),
    catchError((error: unknown) => {
      if (isTokenRefused(error)) return token.fetch().pipe(switchMap(send));
      if (typeof ngDevMode === 'undefined' || ngDevMode) {
        const problem = problemOf(error);
        if (problem?.code === 'csrf_failed') explainRefusedOrigin(problem, document.location);
      }
      return throwError(() => error);
    }),
    tap(() => changesSessionId(api.route(request.url)) && token.clear()),
  );
};

function withToken(request: HttpRequest<unknown>, token: string): HttpRequest<unknown> {
  return request.clone({ setHeaders: { [HEADER]: token } });
}

function isTokenRefused(error: unknown): boolean {
  const problem = problemOf(error);
  // Another token does not help a page at the wrong address.
  return problem?.code === 'csrf_failed' && !['origin', 'fetchSite'].includes(problem.reason ?? '');
}

function changesSessionId(route: string | null): boolean {
  return route !== null && /^\/(auth|mfa)\//.test(route) && route !== '/auth/keep-alive';
}
