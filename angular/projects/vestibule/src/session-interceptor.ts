import { HttpErrorResponse, HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, from, switchMap, throwError } from 'rxjs';
import { ApiAddress } from './api-address';
import { endReasonOf, problemOf } from './problem';
import { Session } from './session';
import { SKIP_SESSION_CHECK } from './session-requests';

/**
 * Sends the session cookie to the API. After a 401 it checks the session, because the session ID may have been rotated
 * while the request was in progress. If the session is valid, the request is sent once more: a 401 means that the
 * server did nothing. Otherwise `SessionNavigator` opens the page for the new state.
 */
export const sessionInterceptor: HttpInterceptorFn = (request, next) => {
  if (inject(ApiAddress).route(request.url) === null) return next(request);
  const session = inject(Session);
  const withCookie = request.clone({ withCredentials: true });
  return next(withCookie).pipe(
    catchError((error: unknown) => {
      if (withCookie.context.get(SKIP_SESSION_CHECK) || !concernsSession(error)) {
        return throwError(() => error);
      }
      return from(isStillSignedIn(session, error)).pipe(
        switchMap((valid) => (valid ? next(withCookie) : throwError(() => error))),
      );
    }),
  );
};

function concernsSession(error: unknown): error is HttpErrorResponse {
  return (
    error instanceof HttpErrorResponse &&
    error.status === 401 &&
    problemOf(error)?.code !== 'invalid_credentials'
  );
}

async function isStillSignedIn(session: Session, error: HttpErrorResponse): Promise<boolean> {
  try {
    await session.refresh(endReasonOf(error));
    return session.signedIn();
  } catch {
    // An outage must not end a session.
    return false;
  }
}
