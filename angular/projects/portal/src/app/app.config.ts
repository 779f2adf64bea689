import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ApplicationConfig, inject, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter, withNavigationErrorHandler } from '@angular/router';
import {
  provideVestibule,
  vestibuleInterceptors,
  withIdleWarning,
  withKeepAlive,
  withOptions,
  withServerEvents,
  ɵSIGN_IN_PROMPT,
} from '@vestibule/angular';
import { ɵProofPrompt } from '@vestibule/angular/dialogs';
import { Providers, Theme, provideDocumentLanguage } from '@vestibule/angular/pages';
import { routes } from './app.routes';
import { portalOptions } from './portal-options';
import { LoadFailure } from './shell/load-failure';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withNavigationErrorHandler((error) => void inject(LoadFailure).handle(error)),
    ),
    provideHttpClient(withInterceptors(vestibuleInterceptors)),
    // Nearly every page uses it. In a chunk of its own it adds 0.2 kB to the first view.
    Providers,
    Theme,
    provideDocumentLanguage(),
    // The pages of the portal have no input worth keeping, so the end of a session leads to the sign-in page. Only the
    // recent proof has a dialog. `withSignInDialog` would add 1 kB to the first view.
    { provide: ɵSIGN_IN_PROMPT, useClass: ɵProofPrompt },
    provideVestibule(
      withOptions(portalOptions(document.baseURI)),
      withKeepAlive(),
      withIdleWarning(),
      // A session that ends elsewhere leaves the screen at once.
      withServerEvents(),
    ),
  ],
};
