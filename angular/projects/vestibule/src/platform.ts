import { isPlatformServer } from '@angular/common';
import { PLATFORM_ID, inject } from '@angular/core';

/**
 * Whether the application is rendered on a server. Timers, listeners and channels would outlive the rendering there.
 * The Angular builder sets `ngServerMode` to `false` in browser bundles: code after this check is removed.
 */
export function onServer(): boolean {
  return (
    (typeof ngServerMode === 'undefined' || ngServerMode) && isPlatformServer(inject(PLATFORM_ID))
  );
}
