import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';
import { rightAddress } from './app/start/right-address';

const address = rightAddress(window);
const started =
  address === null && navigator.cookieEnabled
    ? bootstrapApplication(App, appConfig)
    : import('./app/start/start-problem').then(({ showStartProblem }) =>
        showStartProblem(window, address),
      );
started.catch((error: unknown) => console.error(error));
