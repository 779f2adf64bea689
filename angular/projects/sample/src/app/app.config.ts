import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter } from '@angular/router';
import {
  provideVestibule,
  vestibuleInterceptors,
  withBackends,
  withHostedPages,
  withIdleWarning,
  withKeepAlive,
  withOptions,
} from '@vestibule/angular';
import { withSignInDialog } from '@vestibule/angular/dialogs';
import { routes } from './app.routes';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes),
    provideHttpClient(withInterceptors(vestibuleInterceptors)),
    provideVestibule(
      withOptions({ homePath: '/orders', forbiddenPath: '/no-access' }),
      withHostedPages(),
      withBackends('/orders-api'),
      withKeepAlive(),
      withIdleWarning(),
      withSignInDialog(),
    ),
  ],
};
