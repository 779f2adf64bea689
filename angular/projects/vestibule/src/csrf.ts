import {
  HttpClient,
  HttpErrorResponse,
  HttpInterceptorFn,
  HttpRequest,
} from '@angular/common/http';
import { DOCUMENT, Service, inject } from '@angular/core';
import { Observable, catchError, firstValueFrom, from, of, switchMap, tap, throwError } from 'rxjs';
import { ApiAddress } from './api-address';
import { problemOf } from './problem';

const COOKIE = 'XSRF-TOKEN';
const HEADER = 'X-XSRF-TOKEN';

/** CSRF token. It comes from the cookie if the API has the page's origin, otherwise from a request. */
@Service()
export class CsrfToken {
  readonly #http = inject(HttpClient);
  readonly #api = inject(ApiAddress);
  readonly #document = inject(DOCUMENT);

  #cached: string | null = null;
  #pending: Promise<string> | null = null;

  get(): Observable<string> {
    const token = this.#api.sameOrigin ? this.#readCookie() : this.#cached;
    return token === null ? this.fetch() : of(token);
  }

  /** Requests a new token. Concurrent calls share one request. */
  fetch(): Observable<string> {
    this.#pending ??= this.#request().finally(() => (this.#pending = null));
    return from(this.#pending);
  }

  /** Clears the cached token, which is bound to the session ID. */
  clear(): void {
    this.#cached = null;
  }

  async #request(): Promise<string> {
    const url = this.#api.url('/auth/csrf-token');
    const { csrfToken } = await firstValueFrom(this.#http.get<{ csrfToken: string }>(url));
    return (this.#cached = csrfToken);
  }

  #readCookie(): string | null {
    const pair = this.#document.cookie.split('; ').find((text) => text.startsWith(`${COOKIE}=`));
    return pair ? decodeURIComponent(pair.slice(COOKIE.length + 1)) : null;
  }
}

/**
 * Adds the CSRF token to unsafe requests to the API, and to no other request. After 403 `csrf_failed` it retries once
 * with a new token, because another tab may have changed the session ID.
 */
export const csrfInterceptor: HttpInterceptorFn = (request, next) => {
  const route = inject(ApiAddress).route(request.url);
  if (route === null || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return next(request);
  const token = inject(CsrfToken);
  const send = (value: string) => next(withToken(request, value));
  return token.get().pipe(
    switchMap(send),
    catchError((error: unknown) =>
      isCsrfFailure(error) ? token.fetch().pipe(switchMap(send)) : throwError(() => error),
    ),
    tap(() => changesSessionId(route) && token.clear()),
  );
};

function withToken(request: HttpRequest<unknown>, token: string): HttpRequest<unknown> {
  return request.clone({ setHeaders: { [HEADER]: token } });
}

function isCsrfFailure(error: unknown): boolean {
  return (
    error instanceof HttpErrorResponse &&
    error.status === 403 &&
    problemOf(error)?.code === 'csrf_failed'
  );
}

function changesSessionId(route: string): boolean {
  return /^\/(auth|mfa)\//.test(route) && route !== '/auth/keep-alive';
}
