import {
  ApplicationRef,
  DOCUMENT,
  EnvironmentInjector,
  EnvironmentProviders,
  Injector,
  NgZone,
  Provider,
  TransferState,
  createComponent,
  createEnvironmentInjector,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
  runInInjectionContext,
} from '@angular/core';
import { HttpInterceptorFn } from '@angular/common/http';
import { ApiAddress, BACKENDS } from './api-address';
import { SessionView, User } from './api-types';
import { CurrentUser } from './current-user';
import { sessionInterceptor } from './session-interceptor';
import { csrfInterceptor } from './csrf';
import { signInFailureInterceptor } from './sign-in-failures';
import { SessionNavigator } from './session-navigator';
import { HostedPages } from './hosted-pages';
import { HOSTED_PAGES, HOSTED_PAGES_OPTIONS, HostedPagesOptions } from './hosted-pages-token';
import { IdleWarningOptions } from './idle-warning/options';
import { KEEP_ALIVE_PAUSED, KeepAliveRunner } from './keep-alive-runner';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS, VestibuleOptions, completeOptions } from './options';
import { SERVER_RENDERING, onServer } from './platform';
import { TRANSFERRED_SESSION, serverRendering } from './server-rendering';
import { serverEventsContext } from './server-events-context';
import { Session } from './session';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';
import { when } from './when';

/**
 * Optional feature of `provideVestibule`, made by one of the `with…` functions.
 *
 * @example
 * ```ts
 * const features: VestibuleFeature[] = [withKeepAlive(), withIdleWarning()];
 * provideVestibule(...features);
 * ```
 */
export interface VestibuleFeature {
  readonly providers: readonly (Provider | EnvironmentProviders)[];
}

/**
 * Interceptors for the session cookie and the CSRF token. Put them before your own: their order matters.
 *
 * @example
 * ```ts
 * provideHttpClient(withInterceptors([...vestibuleInterceptors, loggingInterceptor]))
 * ```
 */
export const vestibuleInterceptors: HttpInterceptorFn[] = [
  signInFailureInterceptor,
  sessionInterceptor,
  csrfInterceptor,
];

/**
 * Provides the session of the application. Requires the router, and an `HttpClient` with the `vestibuleInterceptors`.
 *
 * @example
 * ```ts
 * export const appConfig: ApplicationConfig = {
 *   providers: [
 *     provideRouter(routes),
 *     provideHttpClient(withInterceptors(vestibuleInterceptors)),
 *     provideVestibule(withKeepAlive(), withIdleWarning()),
 *   ],
 * };
 * ```
 */
export function provideVestibule(...features: VestibuleFeature[]): EnvironmentProviders {
  return makeEnvironmentProviders([
    { provide: VESTIBULE_OPTIONS, useValue: DEFAULT_OPTIONS },
    {
      provide: TabChannel,
      useFactory: () =>
        new TabChannel(
          onServer() ? null : `vestibule:${inject(VESTIBULE_OPTIONS).apiBase}`,
          inject(NgZone),
        ),
    },
    Session,
    SessionNavigator,
    SERVER_PROVIDERS,
    provideEnvironmentInitializer(startSession),
    features.map((feature) => feature.providers),
  ]);
}

/** Browser bundles do not contain the code for the server. */
const SERVER_PROVIDERS: Provider[] =
  typeof ngServerMode === 'undefined' || ngServerMode
    ? [{ provide: SERVER_RENDERING, useFactory: serverRendering }]
    : [];

function startSession(): void {
  const store = inject(SessionStore);
  const currentUser = inject(CurrentUser);
  const apply = (session: SessionView, user: User | null) => {
    store.applyView(session);
    if (user) currentUser.adopt(user);
  };
  const server = inject(SERVER_RENDERING);
  if (server) {
    server.start(inject(ApiAddress), apply);
    return;
  }
  const transferred = inject(TransferState).get(TRANSFERRED_SESSION, null);
  if (transferred) apply(transferred.session, transferred.user);
  inject(SessionNavigator);
}

/**
 * Sets the address of the API and the paths of the pages. Omitted options keep their defaults: `/api`, `/login`,
 * `/second-factor`, `/mfa-setup`, `/link`, `/reauthenticate` and `/`.
 *
 * @example
 * ```ts
 * provideVestibule(withOptions({ apiBase: 'https://id.corp.example/api', homePath: '/dashboard' }))
 * ```
 */
export function withOptions(options: Partial<VestibuleOptions>): VestibuleFeature {
  return { providers: [{ provide: VESTIBULE_OPTIONS, useValue: completeOptions(options) }] };
}

/**
 * Sends users to the pages of the service for each step of a sign-in, and back to the exact URL. The application needs
 * no pages of its own. If the application has another origin than the service, add it to `VESTIBULE_ALLOWED_ORIGINS`.
 *
 * @example
 * ```ts
 * provideVestibule(withOptions({ apiBase: 'https://id.corp.example/api' }), withHostedPages())
 * ```
 */
export function withHostedPages(options: HostedPagesOptions = {}): VestibuleFeature {
  return {
    providers: [
      { provide: HOSTED_PAGES_OPTIONS, useValue: options },
      { provide: HOSTED_PAGES, useClass: HostedPages },
    ],
  };
}

/**
 * Extends the session while the user is active in any tab. Without input the session ends after the idle time.
 *
 * @example
 * ```ts
 * provideVestibule(withKeepAlive())
 * ```
 */
export function withKeepAlive(): VestibuleFeature {
  return {
    providers: [KeepAliveRunner, inBrowser(() => void inject(KeepAliveRunner))],
  };
}

/**
 * Names the addresses of the application's own APIs: a path of this origin, or a URL. Requests to them carry the cookie,
 * unsafe ones also the CSRF token, and their 401 leads to the sign-in. An address covers whole path segments: `/orders`
 * covers `/orders/7`, and not `/ordersX`. An API on another host receives the cookies of its own host only.
 *
 * @example
 * ```ts
 * provideVestibule(withBackends('/orders', 'https://api.corp.example'))
 * ```
 */
export function withBackends(...addresses: string[]): VestibuleFeature {
  return { providers: [{ provide: BACKENDS, useValue: addresses }] };
}

/**
 * Follows the events of the session on the server: an end is on the screen of each tab within a second, with its reason.
 * One tab of the browser holds the connection. Without this feature, the next request shows the end. Its code is loaded
 * after the first sign-in.
 *
 * @example
 * ```ts
 * provideVestibule(withServerEvents())
 * ```
 */
export function withServerEvents(): VestibuleFeature {
  return { providers: [inBrowser(() => void followServerEvents())] };
}

/**
 * Shows a dialog before the session ends for lack of activity, and a notice before it ends in any case. Its code is
 * loaded after the first sign-in.
 *
 * @example
 * ```ts
 * provideVestibule(withIdleWarning({ seconds: 90, text: { stay: 'Keep me signed in' } }))
 * ```
 */
export function withIdleWarning(options: IdleWarningOptions = {}): VestibuleFeature {
  return {
    providers: [inBrowser(() => void showIdleWarning(options))],
  };
}

/** Runs the function at the start of the application, and not on a server that renders it. */
function inBrowser(start: () => void): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    if (!onServer()) start();
  });
}

async function followServerEvents(): Promise<void> {
  const session = inject(Session);
  const application = inject(ApplicationRef);
  const injector = inject(Injector);
  const context = serverEventsContext();
  await when(() => session.signedIn(), injector);
  // Without its code, the next request shows the end of the session.
  const loaded = await import('./server-events').catch(() => null);
  if (!loaded || application.destroyed) return;
  runInInjectionContext(injector, () => new loaded.ServerEvents(context));
}

async function showIdleWarning(options: IdleWarningOptions): Promise<void> {
  const session = inject(Session);
  const application = inject(ApplicationRef);
  const { body } = inject(DOCUMENT);
  const context = { session, options, keepAlivePaused: inject(KEEP_ALIVE_PAUSED) };
  const parent = inject(EnvironmentInjector);
  await when(() => session.signedIn(), parent.get(Injector));
  const { IDLE_WARNING_CONTEXT, IdleWarning } = await import('./idle-warning/idle-warning');
  if (application.destroyed) return;
  const provider = { provide: IDLE_WARNING_CONTEXT, useValue: context };
  const environmentInjector = createEnvironmentInjector([provider], parent);
  const warning = createComponent(IdleWarning, { environmentInjector });
  body.append(warning.location.nativeElement as HTMLElement);
  application.attachView(warning.hostView);
}
