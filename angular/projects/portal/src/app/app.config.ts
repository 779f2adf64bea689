import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter } from '@angular/router';
import { provideVestibule, vestibuleInterceptors, withIdleWarning, withKeepAlive } from 'vestibule';
import { routes } from './app.routes';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes),
    provideHttpClient(withInterceptors(vestibuleInterceptors)),
    provideVestibule(withKeepAlive(), withIdleWarning()),
  ],
};
