import {
  ApplicationRef,
  ComponentRef,
  DOCUMENT,
  EnvironmentInjector,
  Service,
  createComponent,
  inject,
} from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { problemOf } from 'vestibule';
import { MARKS, addressWith, marksOf, withoutMarks } from '../../ui/marks';
import type { ProofDialog } from './proof-dialog';

/** Said to who comes back from a provider that was to ask them again. What was begun is one press away. */
export const GO_ON = 'Confirmed. Go on with what you have begun.';

/**
 * For what the server does only for somebody who has proven within the last minutes who they are: where it asks for that,
 * so does a dialog, and the step is taken once more. Through a provider the page is left, and comes back marked.
 */
@Service()
export class FreshProof {
  private readonly application = inject(ApplicationRef);
  private readonly document = inject(DOCUMENT);
  private readonly environmentInjector = inject(EnvironmentInjector);
  private readonly router = inject(Router);

  /**
   * Takes the step, if need be with a proof between; `false`: the person did not want to prove anything, and nothing was
   * done. `marks` are for the address that a provider leads back to.
   */
  async during(
    step: () => Promise<void>,
    marks: Readonly<Record<string, string>> = {},
  ): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.code !== 'reauthentication_required') throw error;
      if (!(await this.ask(problem.methods ?? [], marks))) return false;
    }
    await step();
    return true;
  }

  /** Says that a provider has confirmed who is here, where the address tells so, and makes it an ordinary one again. */
  cameBack(): void {
    if (!marksOf(this.router).has(MARKS.proven)) return;
    const address = withoutMarks(this.router);
    void this.router.navigateByUrl(address, { replaceUrl: true, state: { said: GO_ON } });
  }

  private async ask(
    methods: readonly string[],
    marks: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { ProofDialog } = await import('./proof-dialog');
    const dialog = createComponent(ProofDialog, { environmentInjector: this.environmentInjector });
    dialog.setInput('methods', methods);
    dialog.setInput('returnTo', addressWith(this.router, { ...marks, [MARKS.proven]: '1' }));
    const host = dialog.location.nativeElement as HTMLElement;
    this.document.body.append(host);
    this.application.attachView(dialog.hostView);
    try {
      return await this.answerOf(dialog);
    } finally {
      dialog.destroy();
      host.remove();
    }
  }

  /** Another page, whoever led to it, is no place for the question of this one. */
  private answerOf(dialog: ComponentRef<ProofDialog>): Promise<boolean> {
    return new Promise((resolve) => {
      dialog.instance.answered.subscribe(resolve);
      const leaving = this.router.events.subscribe(
        (event) => event instanceof NavigationStart && dialog.instance.answer(false),
      );
      dialog.onDestroy(() => leaving.unsubscribe());
    });
  }
}
