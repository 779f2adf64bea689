import { inject } from '@angular/core';
import { ApiAddress } from './api-address';
import { isEndReason } from './api-types';
import type { ServerEventsContext } from './server-events';
import { SessionCheck } from './session-check';
import { SessionClock } from './session-clock';
import { SessionStore } from './session-store';
import { TabChannel } from './tab-channel';

/** Returns what the events of the server need, from the current injection context. */
export function serverEventsContext(): ServerEventsContext {
  return {
    store: inject(SessionStore),
    check: inject(SessionCheck),
    clock: inject(SessionClock),
    tabs: inject(TabChannel),
    url: inject(ApiAddress).url('/auth/events'),
    isEndReason,
  };
}
