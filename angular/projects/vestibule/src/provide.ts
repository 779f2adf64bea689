import {
  ApplicationRef,
  DOCUMENT,
  EnvironmentInjector,
  EnvironmentProviders,
  Injector,
  Provider,
  createComponent,
  inject,
  makeEnvironmentProviders,
  provideEnvironmentInitializer,
} from '@angular/core';
import { HttpInterceptorFn } from '@angular/common/http';
import { sessionInterceptor } from './session-interceptor';
import { csrfInterceptor } from './csrf';
import { SessionNavigator } from './session-navigator';
import {
  DEFAULT_IDLE_WARNING,
  IDLE_WARNING,
  IdleWarningOptions,
  IdleWarningText,
} from './idle-warning/options';
import { KeepAliveRunner } from './keep-alive-runner';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS, VestibuleOptions } from './options';
import { Session } from './session';
import { TabChannel } from './tab-channel';
import { when } from './when';

/** A part of `provideVestibule`. */
export interface VestibuleFeature {
  readonly providers: readonly (Provider | EnvironmentProviders)[];
}

/** For `provideHttpClient(withInterceptors(vestibuleInterceptors))`, in this order, before one's own. */
export const vestibuleInterceptors: HttpInterceptorFn[] = [sessionInterceptor, csrfInterceptor];

/**
 * The session for an app: `provideVestibule(withKeepAlive(), withIdleWarning())`. Needs the router, and an
 * `HttpClient` with the `vestibuleInterceptors`.
 */
export function provideVestibule(...features: VestibuleFeature[]): EnvironmentProviders {
  return makeEnvironmentProviders([
    { provide: VESTIBULE_OPTIONS, useValue: DEFAULT_OPTIONS },
    {
      provide: TabChannel,
      useFactory: () => new TabChannel(`vestibule:${inject(VESTIBULE_OPTIONS).apiBase}`),
    },
    Session,
    SessionNavigator,
    provideEnvironmentInitializer(() => void inject(SessionNavigator)),
    features.map((feature) => feature.providers),
  ]);
}

/** Where the API and the pages are, if not at `/api`, `/login`, `/second-factor`, `/mfa-setup`, `/link`, `/`. */
export function withOptions(options: Partial<VestibuleOptions>): VestibuleFeature {
  return {
    providers: [{ provide: VESTIBULE_OPTIONS, useValue: { ...DEFAULT_OPTIONS, ...options } }],
  };
}

/** Keeps the session while the person does something, in whichever tab, and lets it end when they do not. */
export function withKeepAlive(): VestibuleFeature {
  return {
    providers: [KeepAliveRunner, provideEnvironmentInitializer(() => void inject(KeepAliveRunner))],
  };
}

/** Asks before the idle end and tells of the absolute one; loaded when somebody has signed in. */
export function withIdleWarning(
  options: Partial<Omit<IdleWarningOptions, 'text'>> & { text?: Partial<IdleWarningText> } = {},
): VestibuleFeature {
  const text = { ...DEFAULT_IDLE_WARNING.text, ...options.text };
  return {
    providers: [
      { provide: IDLE_WARNING, useValue: { ...DEFAULT_IDLE_WARNING, ...options, text } },
      provideEnvironmentInitializer(() => void showIdleWarning(inject(EnvironmentInjector))),
    ],
  };
}

async function showIdleWarning(environmentInjector: EnvironmentInjector): Promise<void> {
  const session = environmentInjector.get(Session);
  await when(() => session.signedIn(), environmentInjector.get(Injector));
  const { IdleWarning } = await import('./idle-warning/idle-warning');
  const application = environmentInjector.get(ApplicationRef);
  if (application.destroyed) return;
  const warning = createComponent(IdleWarning, { environmentInjector });
  environmentInjector.get(DOCUMENT).body.append(warning.location.nativeElement as HTMLElement);
  application.attachView(warning.hostView);
}
