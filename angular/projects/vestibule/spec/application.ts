import { Component, Provider, EnvironmentProviders } from '@angular/core';
import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, Routes, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { SessionView, User } from '../src/api-types';
import { BROWSER_NAVIGATION } from '../src/page-exit';
import { VestibuleFeature, provideVestibule, vestibuleInterceptors } from '../src/provide';
import { Session } from '../src/session';
import { SessionStore } from '../src/session-store';
import { TabChannel } from '../src/tab-channel';
import { FakeTabChannel, testUser } from './fakes';

@Component({ selector: 'vestibule-page', template: '<h1>page</h1>' })
export class Page {}

/** An application with these routes, in a browser that records full navigations. */
export class Application {
  readonly left: string[] = [];
  readonly tabs = new FakeTabChannel();
  readonly http: HttpTestingController;
  readonly router: Router;
  readonly session: Session;
  readonly store: SessionStore;

  constructor(
    routes: Routes,
    features: readonly VestibuleFeature[] = [],
    providers: readonly (Provider | EnvironmentProviders)[] = [],
  ) {
    document.cookie = 'XSRF-TOKEN=token';
    const leave = (how: string) => (url: string) => this.left.push(`${how} ${url}`);
    TestBed.configureTestingModule({
      providers: [
        provideRouter(routes),
        provideHttpClient(withInterceptors(vestibuleInterceptors)),
        provideHttpClientTesting(),
        provideVestibule(...features),
        { provide: TabChannel, useValue: this.tabs },
        {
          provide: BROWSER_NAVIGATION,
          useValue: { assign: leave('assign'), replace: leave('replace') },
        },
        providers,
      ],
    });
    this.http = TestBed.inject(HttpTestingController);
    this.router = TestBed.inject(Router);
    this.session = TestBed.inject(Session);
    this.store = TestBed.inject(SessionStore);
  }

  /** Runs effects, resolved promises and navigations. The tests use fake timers. */
  async settle(): Promise<void> {
    for (let round = 0; round < 8; round++) {
      TestBed.tick();
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  /** Opens a page in a browser with this session. Returns the URL afterwards. */
  async open(url: string, view: SessionView, user: Partial<User> = {}): Promise<string> {
    const harness = await RouterTestingHarness.create();
    void harness.navigateByUrl(url).catch(() => undefined);
    await this.settle();
    this.http.expectOne('/api/auth/session').flush(view);
    await this.settle();
    this.answerUser({ session: view, ...user });
    await this.settle();
    return this.router.url;
  }

  /** Navigates in the open page. */
  async go(url: string): Promise<string> {
    void this.router.navigateByUrl(url).catch(() => undefined);
    await this.settle();
    return this.router.url;
  }

  answerUser(user: Partial<User> = {}): void {
    for (const request of this.http.match('/api/auth/me')) request.flush(testUser(user));
  }
}
