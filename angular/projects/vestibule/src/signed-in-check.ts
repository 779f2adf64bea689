import { Injectable, inject } from '@angular/core';
import { GuardResult, RedirectCommand, Router } from '@angular/router';
import { User } from './api-types';
import { AuthPages } from './auth-pages';
import { SignedInCondition, Unmet, milliseconds, unmetOf } from './condition';
import { GuardedPages, GuardedRoute, GuardedTarget } from './guarded-pages';
import { SIGN_IN_PROMPT } from './prompt';
import { SERVER_RENDERING } from './platform';
import { Session } from './session';

/** Marks a navigation to `forbiddenPath`. If that page forbids the user as well, a second redirect would have no end. */
const FORBIDDEN = { vestibule: 'forbidden' };

/** Decides for the guards whether the user may open a page, and where to go otherwise. */
@Injectable({ providedIn: 'root' })
export class SignedInCheck {
  readonly #guarded = inject(GuardedPages);
  readonly #pages = inject(AuthPages);
  readonly #prompt = inject(SIGN_IN_PROMPT, { optional: true });
  readonly #router = inject(Router);
  readonly #server = inject(SERVER_RENDERING);
  readonly #session = inject(Session);

  async run(
    condition: SignedInCondition,
    route: GuardedRoute,
    target: GuardedTarget,
  ): Promise<GuardResult> {
    const url = this.#guarded.record(route, target);
    // The navigation of this run: later ones have marks of their own.
    const wasForbidden = this.#router.currentNavigation()?.extras.info === FORBIDDEN;
    const forbid = () => (Array.isArray(target) ? false : this.#forbid(wasForbidden));
    await this.#session.whenReady();
    const user = await this.#userFor(condition);
    // A server that cannot reach the API leaves the decision to the browser. The sign-in page would send a signed-in user
    // back to this server at once, without end.
    if (this.#server && this.#session.state() === 'unknown') return this.#server.emptyPage();
    if (!this.#session.signedIn()) {
      return this.#pages.redirectToStep(this.#session, this.#pages.targetOf(url));
    }
    this.#pages.arrived();
    let unmet = unmetOf(condition, this.#session);
    if ((unmet === 'age' || unmet === 'amr') && (await this.#asksAgain(condition, unmet))) {
      unmet = unmetOf(condition, this.#session);
    }
    if (unmet === 'role') return forbid();
    if (unmet !== null) return this.#pages.redirectToProof(unmet, user, url);
    if (!condition.when) return true;
    const result = user !== null && (await condition.when(user));
    return result === false ? forbid() : result;
  }

  async #userFor({ role, amr, when }: SignedInCondition): Promise<User | null> {
    const needsUser = role !== undefined || amr !== undefined || when !== undefined;
    return needsUser ? this.#session.whenUserLoaded() : null;
  }

  /** Asks for a proof over the page, if the application provides the dialog. */
  async #asksAgain({ authenticatedWithin }: SignedInCondition, unmet: Unmet): Promise<boolean> {
    // A user without a second factor must enrol one first.
    if (!this.#prompt || (unmet === 'amr' && !this.#session.user()?.mfaEnabled)) return false;
    const maxAge = authenticatedWithin ? milliseconds(authenticatedWithin) / 1_000 : null;
    return this.#prompt.reauthenticate({ methods: null, maxAge, acrValues: [] });
  }

  #forbid(wasForbidden: boolean): GuardResult {
    if (wasForbidden) {
      this.#pages.reportNoAllowedPage();
      return false;
    }
    return new RedirectCommand(this.#pages.forbiddenPage(), { info: FORBIDDEN });
  }
}
