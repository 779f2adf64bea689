import { Location } from '@angular/common';
import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { ReturnTo } from '@vestibule/angular';

/** Returns the address of another page of the application, from which the user returns to the current one. */
export function returnUrl(path: string): string {
  const router = inject(Router);
  const tree = router.createUrlTree([path], {
    queryParams: { returnTo: inject(ReturnTo).of(router.url) },
  });
  return inject(Location).prepareExternalUrl(router.serializeUrl(tree));
}
