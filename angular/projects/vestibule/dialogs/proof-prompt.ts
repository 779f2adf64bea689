import { EnvironmentInjector, Injectable, inject } from '@angular/core';
import { ɵProofDemand, ɵPromptResult, ɵSignInPrompt } from '@vestibule/angular';

/** Opens the dialog for a recent proof, one at a time. A navigation handles the end of a session. */
@Injectable()
export class ProofPrompt implements ɵSignInPrompt {
  protected readonly environmentInjector = inject(EnvironmentInjector);

  #proof: Promise<boolean> | null = null;

  open: Promise<ɵPromptResult> | null = null;
  provenAt = 0;

  readonly signIn: ɵSignInPrompt['signIn'] = () => Promise.resolve('cancelled');

  reauthenticate(demand: ɵProofDemand, sentAt = Infinity): Promise<boolean> {
    const age = (Date.now() - this.provenAt) / 1_000;
    // The request was sent before the last proof, so it needs no second one.
    if (sentAt < this.provenAt && age < (demand.maxAge ?? Infinity)) return Promise.resolve(true);
    this.#proof ??= this.#reauthenticate(demand).finally(() => (this.#proof = null));
    return this.#proof;
  }

  async #reauthenticate(demand: ɵProofDemand): Promise<boolean> {
    try {
      // A session must exist before its user can give a proof.
      if (this.open && (await this.open) !== 'sameUser') return false;
      const { stepUp } = await import('./step-up');
      const proven = await stepUp(this.environmentInjector, demand);
      if (proven) this.provenAt = Date.now();
      return proven;
    } catch {
      // The code could not be loaded. The caller receives the error of the server.
      return false;
    }
  }
}
