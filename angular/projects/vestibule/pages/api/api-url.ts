import { inject } from '@angular/core';
import { ɵApiAddress as ApiAddress } from '@vestibule/angular';

/** Returns the function that makes URLs of routes: behind a proxy, the API may be at another path than `/api`. */
export function injectApiUrl(): (route: string) => string {
  const address = inject(ApiAddress);
  return (route) => address.url(route);
}
