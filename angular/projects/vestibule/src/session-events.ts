import { Injectable } from '@angular/core';
import { Subject } from 'rxjs';
import { EndReason, SignInMethod } from './api-types';

/**
 * Something that happened to the session in this tab, for analytics and logs.
 *
 * - `signedIn`: `restored` is `true` if the session existed when the page was opened, for example after a federated login.
 * - `signedOut`: the user signed out, in this tab or in another one.
 * - `ended`: the session ended for another reason; `null` if the reason is unknown.
 * - `extended`: keep-alive moved the idle deadline.
 * - `stepUp`: the signed-in user proved the identity again, or added a factor. `amr` has the methods of the session.
 * - `signInFailed`: a password, a code or a federated login was refused. `code` is one of `PROBLEM_CODES`; an outage has
 *   no code.
 *
 * @example
 * ```ts
 * inject(Session).events.subscribe((event: SessionEvent) => {
 *   if (event.type === 'signInFailed') analytics.track('sign-in failed', { code: event.code });
 * });
 * ```
 */
export type SessionEvent =
  | {
      readonly type: 'signedIn';
      readonly method: SignInMethod | null;
      readonly provider: string | null;
      readonly restored: boolean;
    }
  | { readonly type: 'signedOut' }
  | { readonly type: 'ended'; readonly reason: EndReason | null }
  | { readonly type: 'extended'; readonly expiresAt: Date }
  | { readonly type: 'stepUp'; readonly amr: readonly string[] }
  | { readonly type: 'signInFailed'; readonly code: string | null };

/** Events of the session in this tab. */
@Injectable({ providedIn: 'root' })
export class SessionEvents {
  readonly #events = new Subject<SessionEvent>();

  readonly stream = this.#events.asObservable();

  emit(event: SessionEvent): void {
    this.#events.next(event);
  }
}
