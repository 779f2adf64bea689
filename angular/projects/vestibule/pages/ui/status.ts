import { Router } from '@angular/router';

const CARRIED_STATUS = 'vestibule.status';

/** A message about what happened. */
export interface Status {
  readonly message: string;
  /** Whether something was done, and not only left as it was. */
  readonly good: boolean;
}

/** Returns the message that the previous page left for this one, for example that a provider was linked. */
export function statusOf(router: Router): Status | null {
  const carried = takeCarriedStatus();
  const state = router.currentNavigation()?.extras.state;
  return statusFrom(state?.['statusMessage'], state?.['statusGood']) ?? carried;
}

/** Keeps the message for a page that a full navigation opens: the state of the router does not reach it. */
export function carryStatus(url: URL, { message, good }: Status): void {
  if (url.origin !== location.origin) return;
  try {
    sessionStorage.setItem(CARRIED_STATUS, JSON.stringify({ url: url.href, message, good }));
  } catch {
    // The browser allows no storage. The next page shows the new state, but no message.
  }
}

/** Returns the kept message once, and only on its page: another page must not show an old message. */
function takeCarriedStatus(): Status | null {
  try {
    const { url, message, good } = JSON.parse(
      sessionStorage.getItem(CARRIED_STATUS) ?? '{}',
    ) as Record<string, unknown>;
    sessionStorage.removeItem(CARRIED_STATUS);
    return url === location.href ? statusFrom(message, good) : null;
  } catch {
    return null;
  }
}

function statusFrom(message: unknown, good: unknown): Status | null {
  return typeof message === 'string' ? { message, good: good === true } : null;
}
