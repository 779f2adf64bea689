import {
  HttpClient,
  provideHttpClient,
  withInterceptors,
  withInterceptorsFromDi,
} from '@angular/common/http';
import { Component, inject } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { RouterLink, RouterOutlet, provideRouter } from '@angular/router';
import { guard, interceptors, providers } from './auth';

@Component({ selector: 'app-home', template: '<h1>Home</h1>' })
class Home {}

@Component({ selector: 'app-private', template: '<h1>Private</h1>' })
class Private {
  constructor() {
    inject(HttpClient).get('/api/items').subscribe();
  }
}

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterOutlet],
  template: '<a routerLink="/private">Private</a><router-outlet />',
})
class App {}

bootstrapApplication(App, {
  providers: [
    provideRouter([
      { path: '', component: Home },
      { path: 'private', canActivate: [guard], component: Private },
    ]),
    provideHttpClient(withInterceptors(interceptors), withInterceptorsFromDi()),
    ...providers,
  ],
}).catch((error: unknown) => console.error(error));
