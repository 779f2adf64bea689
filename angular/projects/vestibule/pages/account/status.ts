import { Router } from '@angular/router';

/** A message about what happened. */
export interface Status {
  readonly message: string;
  /** Whether something was done, and not only left as it was. */
  readonly good: boolean;
}

/** Returns the message that the previous page left for this one, for example that a provider was linked. */
export function statusOf(router: Router): Status | null {
  const state = router.currentNavigation()?.extras.state;
  const message: unknown = state?.['statusMessage'];
  return typeof message === 'string' ? { message, good: state?.['statusGood'] === true } : null;
}
