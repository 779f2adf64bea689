import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { ReturnTo, Session, problemOf, ɵSIGN_IN_PROMPT } from '@vestibule/angular';

/**
 * Runs actions for which the server requires a recent proof. With `withSignInDialog`, a dialog has asked for it before
 * the error arrives here. Without it, the page of the re-authentication opens and returns to this page.
 */
@Injectable({ providedIn: 'root' })
export class Reauthenticator {
  private readonly returnTargets = inject(ReturnTo);
  private readonly router = inject(Router);
  private readonly session = inject(Session);
  private readonly prompt = inject(ɵSIGN_IN_PROMPT, { optional: true });

  /** Runs the action. Resolves to `false` if the user did not give the proof. */
  async run(action: () => Promise<void>): Promise<boolean> {
    const startedAt = Date.now();
    try {
      await action();
      return true;
    } catch (error) {
      if (problemOf(error)?.code !== 'reauthentication_required') throw error;
      // The server refuses the proof that the user has just given.
      if (this.prompt && this.prompt.provenAt >= startedAt) throw error;
      if (!this.prompt) await this.openPage();
      return false;
    }
  }

  /**
   * Prepares a form whose action needs a recent proof. Without the dialog, the page of the re-authentication opens first:
   * after the user has typed, it would lose the input. Resolves to `false` if it opens.
   */
  async prepare(): Promise<boolean> {
    if (this.prompt || this.session.authenticatedWithin('9m')) return true;
    await this.openPage();
    return false;
  }

  private async openPage(): Promise<void> {
    await this.router.navigate(['/reauthenticate'], {
      queryParams: { returnTo: this.returnTargets.of(this.router.url) },
    });
  }
}
