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

/** The CSRF token: from the cookie on the API's own origin, else asked for once and kept in memory. */
@Service()
export class CsrfToken {
  private readonly http = inject(HttpClient);
  private readonly api = inject(ApiAddress);
  private readonly document = inject(DOCUMENT);

  private kept: string | null = null;
  private asking: Promise<string> | null = null;

  /** The token at hand, or a new one. */
  get(): Observable<string> {
    const known = this.api.sameOrigin ? this.fromCookie() : this.kept;
    return known === null ? this.renew() : of(known);
  }

  /** Asks the server; callers at the same time share the question. */
  renew(): Observable<string> {
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return from(this.asking);
  }

  /** The session id has changed, and the token was bound to it. */
  forget(): void {
    this.kept = null;
  }

  private async ask(): Promise<string> {
    const url = this.api.url('/auth/csrf-token');
    const { csrfToken } = await firstValueFrom(this.http.get<{ csrfToken: string }>(url));
    return (this.kept = csrfToken);
  }

  private fromCookie(): string | null {
    const pair = this.document.cookie.split('; ').find((text) => text.startsWith(`${COOKIE}=`));
    return pair ? decodeURIComponent(pair.slice(COOKIE.length + 1)) : null;
  }
}

/**
 * Puts the CSRF token on every unsafe request to the API, and on nobody else's. On 403 `csrf_failed` (the
 * session id changed in another tab) it takes a new token and tries exactly once more.
 */
export const csrfInterceptor: HttpInterceptorFn = (request, next) => {
  const route = inject(ApiAddress).route(request.url);
  if (route === null || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return next(request);
  const token = inject(CsrfToken);
  const send = (value: string) => next(withToken(request, value));
  return token.get().pipe(
    switchMap(send),
    catchError((error: unknown) =>
      isCsrfFailure(error) ? token.renew().pipe(switchMap(send)) : throwError(() => error),
    ),
    tap(() => changesSessionId(route) && token.forget()),
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
