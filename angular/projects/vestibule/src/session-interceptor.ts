import { HttpErrorResponse, HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, from, switchMap, throwError } from 'rxjs';
import { ApiAddress } from './api-address';
import { problemOf } from './problem';
import { Session, SKIP_SESSION_CHECK } from './session';

/**
 * Sends the cookie along to the API, and asks the session what a 401 means before anything is concluded from
 * it: a request under way while the id was rotated gets a 401 although this browser has a newer, good session.
 * Then it is sent once more (a 401 means that nothing was done). Else the session is what the server says it
 * is, and the `SessionNavigator` goes to the page that belongs to that.
 */
export const sessionInterceptor: HttpInterceptorFn = (request, next) => {
  if (inject(ApiAddress).route(request.url) === null) return next(request);
  const session = inject(Session);
  const sent = request.clone({ withCredentials: true });
  return next(sent).pipe(
    catchError((error: unknown) => {
      if (sent.context.get(SKIP_SESSION_CHECK) || !asksWhoIsThere(error))
        return throwError(() => error);
      return from(stillSignedIn(session, error)).pipe(
        switchMap((good) => (good ? next(sent) : throwError(() => error))),
      );
    }),
  );
};

function asksWhoIsThere(error: unknown): error is HttpErrorResponse {
  return (
    error instanceof HttpErrorResponse &&
    error.status === 401 &&
    problemOf(error)?.code !== 'invalid_credentials'
  );
}

async function stillSignedIn(session: Session, error: HttpErrorResponse): Promise<boolean> {
  try {
    await session.refresh(problemOf(error)?.reason);
    return session.signedIn();
  } catch {
    // Nobody answered: an outage signs nobody out.
    return false;
  }
}
