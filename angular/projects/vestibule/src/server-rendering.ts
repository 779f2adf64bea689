import { isPlatformServer } from '@angular/common';
import { HttpClient, HttpRequest } from '@angular/common/http';
import {
  EnvironmentProviders,
  InjectionToken,
  Injector,
  PLATFORM_ID,
  PendingTasks,
  REQUEST,
  RESPONSE_INIT,
  TransferState,
  inject,
  makeEnvironmentProviders,
  makeStateKey,
} from '@angular/core';
import { GuardResult, RedirectCommand, Router } from '@angular/router';
import { firstValueFrom, timeout } from 'rxjs';
import type { ApiAddress } from './api-address';
import { SessionState, SessionView, User } from './api-types';

import { problemOf } from './problem';

/** The session that the server found out. The browser starts with it and sends no request. */
export interface TransferredSession {
  readonly session: SessionView;
  readonly user: User;
}

export const TRANSFERRED_SESSION =
  /* @__PURE__ */ makeStateKey<TransferredSession>('vestibule.session');

/** Address of the API for the server that renders the application, from `provideVestibuleServer`. */
export const SERVER_API = new InjectionToken<string | null>('SERVER_API', { factory: () => null });

/**
 * Sets the address at which the server that renders the application reaches the API. Use it in `app.config.server.ts`.
 * Without it, the server uses the address of the request, which comes from the `Host` header of the client.
 *
 * @example
 * ```ts
 * providers: [
 *   provideServerRendering(withRoutes(serverRoutes)),
 *   provideVestibuleServer({ apiBase: 'http://vestibule:3000/api' }),
 * ]
 * ```
 */
export function provideVestibuleServer(options: {
  readonly apiBase: string;
}): EnvironmentProviders {
  return makeEnvironmentProviders([{ provide: SERVER_API, useValue: options.apiBase }]);
}

/** Only the session cookie is forwarded: the other cookies of the application are no concern of the API. */
const SESSION_COOKIE = /^(__Host-vestibule|vestibule-\d+)=/;
/** An API that does not respond must not stop each page. The browser asks again. */
const LONGEST_WAIT = 5_000;
/** Stands for the origin while the builder prerenders a page. No request is sent then. */
const NO_ORIGIN = 'http://prerender.invalid';

/** Path of an empty page. No route of an application has this name. */
const EMPTY_PAGE = 'vestibule-empty-page';

const STATES: Record<string, SessionState | undefined> = {
  not_signed_in: 'anonymous',
  session_ended: 'anonymous',
  second_factor_required: 'awaitingSecondFactor',
  enrolment_required: 'awaitingEnrolment',
  password_change_required: 'awaitingPasswordChange',
};

/**
 * The session of the request for which a server renders the application. Each rendering has its own injector and its own
 * instance: no state of one user can reach the page of another user. While the builder prerenders a page there is no
 * request, and the session stays unknown.
 */
export class ServerRendering {
  readonly #request = inject(REQUEST, { optional: true });
  readonly #response = inject(RESPONSE_INIT, { optional: true });
  readonly #apiBase = inject(SERVER_API)?.replace(/\/+$/, '') ?? null;
  readonly #tasks = inject(PendingTasks);
  readonly #transfer = inject(TransferState);
  readonly #injector = inject(Injector);

  /** URL of the page. The document of a server has no location of its own. */
  readonly href = this.#request?.url ?? NO_ORIGIN;
  /** Origin of the page. */
  readonly origin = new URL(this.href).origin;
  readonly #cookies = (this.#request?.headers.get('cookie') ?? '')
    .split('; ')
    .filter((pair) => SESSION_COOKIE.test(pair))
    .join('; ');

  #loaded: Promise<void> = Promise.resolve();

  /** Loads the session. `apply` receives it. */
  start(api: ApiAddress, apply: (session: SessionView, user: User | null) => void): void {
    this.#loaded = this.#load(api, apply);
  }

  /** Resolves when the session is known, or when this server cannot know it. */
  whenLoaded(): Promise<void> {
    return this.#loaded;
  }

  /** Adds what the browser would add to a request: the cookie, and the origin of the address. */
  complete(request: HttpRequest<unknown>, api: ApiAddress): HttpRequest<unknown> {
    const route = api.route(request.url);
    const { href, search } = new URL(request.url, this.origin);
    const url = route !== null && this.#apiBase !== null ? this.#apiBase + route + search : href;
    return this.#cookies === ''
      ? request.clone({ url })
      : request.clone({ url, setHeaders: { cookie: this.#cookies } });
  }

  /**
   * Answers the request with a redirect to a page that is not of this application. Returns what a guard must return: an
   * empty page, because the server responds with 404 if a navigation is cancelled.
   */
  redirect(to: URL): GuardResult {
    if (this.#response) {
      this.#response.status = 302;
      this.#setHeaders({ Location: to.href, 'Cache-Control': 'no-store' });
    }
    return this.emptyPage();
  }

  /** Returns what a guard must return to render an empty page at the current URL. */
  emptyPage(): GuardResult {
    const router = this.#injector.get(Router);
    router.resetConfig([{ path: EMPTY_PAGE, children: [] }, ...router.config]);
    return new RedirectCommand(router.createUrlTree([EMPTY_PAGE]), { skipLocationChange: true });
  }

  async #load(
    api: ApiAddress,
    apply: (session: SessionView, user: User | null) => void,
  ): Promise<void> {
    if (!this.#request) return;
    if (this.#cookies === '') {
      apply(viewOf('anonymous'), null);
      return;
    }
    // Also if the check fails: other requests of the page send the cookie, too, and their answers can be of one user.
    this.#forbidStorage();
    const done = this.#tasks.add();
    try {
      const found = await this.#verify(api);
      apply(found.session, found.user);
      this.#transfer.set(TRANSFERRED_SESSION, found);
    } catch (error) {
      const state = STATES[problemOf(error)?.code ?? ''];
      if (state) apply(viewOf(state), null);
    } finally {
      done();
    }
  }

  /** Reads the session and the user without extending the session: its cookie could not be sent to the browser. */
  async #verify(api: ApiAddress): Promise<TransferredSession> {
    const http = this.#injector.get(HttpClient);
    const answer = await firstValueFrom(
      http
        .get<{ user: Omit<User, 'session'>; session: SessionView }>(api.url('/auth/verify'))
        .pipe(timeout(LONGEST_WAIT)),
    );
    return { session: answer.session, user: { ...answer.user, session: answer.session } };
  }

  /** A cache between server and browser would show the page of one user to another user. */
  #forbidStorage(): void {
    this.#setHeaders({ 'Cache-Control': 'private, no-store' });
  }

  #setHeaders(values: Readonly<Record<string, string>>): void {
    if (!this.#response) return;
    const headers = new Headers(this.#response.headers);
    for (const [name, value] of Object.entries(values)) headers.set(name, value);
    this.#response.headers = headers;
  }
}

/** Returns the rendering on a server, and `null` in a browser. */
export function serverRendering(): ServerRendering | null {
  return isPlatformServer(inject(PLATFORM_ID)) ? new ServerRendering() : null;
}

function viewOf(state: SessionState): SessionView {
  return {
    state,
    expiresAt: null,
    endsAt: null,
    serverTime: new Date().toISOString(),
    method: null,
    amr: null,
    provider: null,
    authenticatedAt: null,
    account: null,
    methods: null,
  };
}
