import { HttpClient, HttpContext, HttpContextToken } from '@angular/common/http';
import { DOCUMENT, Injectable, inject, signal } from '@angular/core';
import { Observable, firstValueFrom } from 'rxjs';
import { ApiAddress } from './api-address';
import { Deadlines, EndReason, SessionView, User } from './api-types';
import { explainMissingInterceptors, explainSessionFailure } from './diagnostics';
import { endReasonOf, isOutage } from './problem';

/** Marks a request whose 401 only its caller handles: the interceptor does not check the session. */
export const SKIP_SESSION_CHECK = /* @__PURE__ */ new HttpContextToken(() => false);

/** Requests to the session routes of the API. */
@Injectable({ providedIn: 'root' })
export class SessionRequests {
  readonly #http = inject(HttpClient);
  readonly #api = inject(ApiAddress);
  readonly #document = inject(DOCUMENT);
  readonly #outage = signal(false);

  readonly unreachable = this.#outage.asReadonly();

  /** Reads the session without extending it. */
  getSession(): Promise<SessionView> {
    const url = this.#api.url('/auth/session');
    // The check of the session after a 401 would wait for this request.
    const context = new HttpContext().set(SKIP_SESSION_CHECK, true);
    const view = this.#watchOutage(this.#http.get<SessionView>(url, { context }));
    if (typeof ngDevMode === 'undefined' || ngDevMode) {
      view.then(
        () => explainMissingInterceptors(context),
        (error: unknown) => explainSessionFailure(error, url, this.#document.location),
      );
    }
    return view;
  }

  keepAlive(): Promise<Deadlines> {
    return this.#watchOutage(this.#http.post<Deadlines>(this.#api.url('/auth/keep-alive'), {}));
  }

  getUser(): Promise<User> {
    return firstValueFrom(this.#http.get<User>(this.#api.url('/auth/me')));
  }

  /**
   * Returns the page of the API at which the logout continues at the provider, or `null` if there is none. The server
   * redirects from there, and afterwards to `returnTo`: the URL of the provider contains the ID token, which no script may read.
   */
  async logOut(returnTo: string | null): Promise<string | null> {
    const url = this.#api.url('/auth/logout');
    const { redirect } = await firstValueFrom(
      this.#http.post<{ redirect: string | null }>(url, { returnTo }),
    );
    return redirect ? this.#api.page(redirect) : null;
  }

  /** Returns the reason from the 401 of a route that requires a session, or `null` if it is unknown. */
  async getEndReason(): Promise<EndReason | null> {
    const context = new HttpContext().set(SKIP_SESSION_CHECK, true);
    try {
      await firstValueFrom(this.#http.get(this.#api.url('/auth/me'), { context }));
      return null;
    } catch (error) {
      return endReasonOf(error) ?? null;
    }
  }

  async #watchOutage<T>(request: Observable<T>): Promise<T> {
    try {
      const body = await firstValueFrom(request);
      this.#outage.set(false);
      return body;
    } catch (error) {
      this.#outage.set(isOutage(error));
      throw error;
    }
  }
}
