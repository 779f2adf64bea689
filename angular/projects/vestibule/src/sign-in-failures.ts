import { HttpInterceptorFn } from '@angular/common/http';
import { inject, untracked } from '@angular/core';
import { tap } from 'rxjs';
import { ApiAddress } from './api-address';
import { problemOf } from './problem';
import { Session } from './session';
import { SessionEvents } from './session-events';

/** The requests of a sign-in that the server can refuse. */
const ROUTES = /^\/(auth\/(passkey\/)?login|mfa\/(passkey\/)?verify)$/;

/** Reports a refused password, passkey or code of a sign-in as an event. */
export const signInFailureInterceptor: HttpInterceptorFn = (request, next) => {
  const route = inject(ApiAddress).route(request.url);
  if (!ROUTES.test(route ?? '')) return next(request);
  const session = inject(Session);
  const events = inject(SessionEvents);
  // A signed-in user sends a code to enrol a factor.
  if (route === '/mfa/verify' && untracked(session.signedIn)) return next(request);
  return next(request).pipe(
    tap({
      error: (error: unknown) =>
        events.emit({ type: 'signInFailed', code: problemOf(error)?.code ?? null }),
    }),
  );
};
