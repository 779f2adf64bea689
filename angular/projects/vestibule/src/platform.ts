import { InjectionToken, inject } from '@angular/core';
import type { ServerRendering } from './server-rendering';

/** The rendering of one page on a server; `null` in a browser. */
export const SERVER_RENDERING = new InjectionToken<ServerRendering | null>('SERVER_RENDERING', {
  factory: () => null,
});

/** Whether the application is rendered on a server. Timers, listeners and channels would outlive the rendering there. */
export function onServer(): boolean {
  return inject(SERVER_RENDERING) !== null;
}
