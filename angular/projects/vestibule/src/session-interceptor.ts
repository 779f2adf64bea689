import { HttpErrorResponse, HttpEvent, HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { inject, untracked } from '@angular/core';
import { Observable, catchError, from, switchMap, throwError } from 'rxjs';
import { ApiAddress } from './api-address';
import { CurrentUser } from './current-user';
import { SEEN_BY_INTERCEPTOR } from './diagnostics';
import { endReasonOf, problemOf } from './problem';
import { SIGN_IN_PROMPT, SignInPrompt, proofDemandOf } from './prompt';
import { SERVER_RENDERING } from './platform';
import { Session } from './session';
import { SKIP_SESSION_CHECK } from './session-requests';
import { SessionStore } from './session-store';

/**
 * Sends the session cookie to the API and to the application's own APIs. After a 401 it checks the session, because the
 * session ID may have been rotated while the request was in progress. If the session is valid, the request is sent once
 * more: a 401 means that the server did nothing. Otherwise the user signs in over the page, or `SessionNavigator` opens the
 * page for the new state.
 * A request that needs a recent proof is sent once more after the user has given the proof.
 */
export const sessionInterceptor: HttpInterceptorFn = (request, next) => {
  const api = inject(ApiAddress);
  if (!api.carriesSession(request.url)) return next(request);
  if (typeof ngDevMode === 'undefined' || ngDevMode) request.context.set(SEEN_BY_INTERCEPTOR, true);
  const server = inject(SERVER_RENDERING);
  if (server) return next(server.complete(request, api));
  const session = inject(Session);
  const store = inject(SessionStore);
  const user = inject(CurrentUser);
  const prompt = inject(SIGN_IN_PROMPT, { optional: true });
  const withCookie = request.clone({ withCredentials: true });

  // Each repair is tried once, so the number of requests is limited.
  const send = (done: readonly Repair[] = []): Observable<HttpEvent<unknown>> => {
    const context: SendContext = {
      session,
      store,
      user,
      prompt,
      ...untracked(() => senderOf(session, store)),
    };
    return next(withCookie).pipe(
      catchError((error: unknown) => {
        const repair = repairFor(withCookie, error, prompt);
        if (repair === null || done.includes(repair)) return throwError(() => error);
        return from(repair(error as HttpErrorResponse, context)).pipe(
          switchMap((repaired) =>
            repaired && isRepeatable(request) ? send([...done, repair]) : throwError(() => error),
          ),
        );
      }),
    );
  };

  // The dialog itself uses the session routes.
  const open = isSessionRoute(api.route(request.url)) ? null : prompt?.open;
  if (!open) return send();
  return from(open).pipe(
    switchMap((result) =>
      // The request belongs to the page of the previous user. It must not run as another user.
      result === 'otherUser' ? throwError(() => notSignedIn(request)) : send(),
    ),
  );
};

interface SendContext {
  readonly session: Session;
  readonly store: SessionStore;
  readonly user: CurrentUser;
  readonly prompt: SignInPrompt | null;
  readonly sentAt: number;
  readonly sessionId: string | null;
  readonly userId: string | null;
}

/** Resolves to `true` if the request can be sent once more. */
type Repair = (error: HttpErrorResponse, context: SendContext) => Promise<boolean>;

function senderOf(
  session: Session,
  store: SessionStore,
): Pick<SendContext, 'sentAt' | 'sessionId' | 'userId'> {
  return { sentAt: Date.now(), sessionId: store.id(), userId: session.user()?.id ?? null };
}

function repairFor(
  request: HttpRequest<unknown>,
  error: unknown,
  prompt: SignInPrompt | null,
): Repair | null {
  if (!(error instanceof HttpErrorResponse) || request.context.get(SKIP_SESSION_CHECK)) return null;
  if (prompt && proofDemandOf(error)) return giveProof;
  // A refused password or passkey says nothing about the session.
  return error.status === 401 && !/^(invalid_cred|passkey_)/.test(problemOf(error)?.code ?? '')
    ? restoreSession
    : null;
}

const giveProof: Repair = async (error, context) => {
  const demand = proofDemandOf(error);
  const proven = !!demand && (await context.prompt?.reauthenticate(demand, context.sentAt));
  return !!proven && isSameUser(context);
};

const restoreSession: Repair = async (error, context) => {
  const { session, prompt } = context;
  const reason = endReasonOf(error);
  try {
    await session.refresh(reason);
  } catch {
    // An outage must not end a session.
    return false;
  }
  if (!session.signedIn()) {
    return (await prompt?.signIn(session.endReason() ?? reason ?? null)) === 'sameUser';
  }
  return isSameUser(context);
};

/**
 * Whether the session is the one of the request, or a later one of the same user. Another tab or the window of a
 * provider may have signed in another user. The request must not run as that user.
 */
async function isSameUser(context: SendContext): Promise<boolean> {
  const { session, store, user, sessionId, userId } = context;
  if (sessionId === null || store.id() === sessionId) return true;
  await session.reloadUser();
  // Without an answer, the known user can be the one of the earlier session.
  return user.settled() && session.user()?.id === userId;
}

/** The routes of the sign-in steps: a request to them never waits for a sign-in. */
function isSessionRoute(route: string | null): boolean {
  return route !== null && /^\/(auth|mfa)\//.test(route);
}

/** A stream was consumed by the first attempt. */
function isRepeatable({ body }: HttpRequest<unknown>): boolean {
  return typeof ReadableStream === 'undefined' || !(body instanceof ReadableStream);
}

function notSignedIn({ url }: HttpRequest<unknown>): HttpErrorResponse {
  const error = { code: 'not_signed_in', title: '', detail: '' };
  return new HttpErrorResponse({ url, status: 401, statusText: 'Unauthorized', error });
}
