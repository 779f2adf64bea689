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
import {
  RETURN_PARAMS,
  urlWithParams,
  returnParamsOf,
  urlWithoutReturnParams,
} from '../../ui/return-params';
import type { ReauthenticationDialog } from './reauthentication-dialog';

/** Said to who comes back from a provider that was to ask them again. What was begun is one press away. */
export const REAUTHENTICATED = 'Confirmed. Go on with what you have begun.';

/**
 * For what the server does only for somebody who has proven within the last minutes who they are: where it asks for that,
 * so does a dialog, and the step is taken once more. Through a provider the page is left, and comes back marked.
 */
@Service()
export class Reauthenticator {
  private readonly application = inject(ApplicationRef);
  private readonly document = inject(DOCUMENT);
  private readonly environmentInjector = inject(EnvironmentInjector);
  private readonly router = inject(Router);

  /**
   * Takes the step, if need be with a proof between; `false`: the person did not want to prove anything, and nothing was
   * done. `marks` are for the address that a provider leads back to.
   */
  async run(
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
  announceReturn(): void {
    if (!returnParamsOf(this.router).has(RETURN_PARAMS.reauthenticated)) return;
    const address = urlWithoutReturnParams(this.router);
    void this.router.navigateByUrl(address, { replaceUrl: true, state: { said: REAUTHENTICATED } });
  }

  private async ask(
    methods: readonly string[],
    marks: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { ReauthenticationDialog } = await import('./reauthentication-dialog');
    const dialog = createComponent(ReauthenticationDialog, {
      environmentInjector: this.environmentInjector,
    });
    dialog.setInput('methods', methods);
    dialog.setInput(
      'returnTo',
      urlWithParams(this.router, { ...marks, [RETURN_PARAMS.reauthenticated]: '1' }),
    );
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
  private answerOf(dialog: ComponentRef<ReauthenticationDialog>): Promise<boolean> {
    return new Promise((resolve) => {
      dialog.instance.answered.subscribe(resolve);
      const leaving = this.router.events.subscribe(
        (event) => event instanceof NavigationStart && dialog.instance.answer(false),
      );
      dialog.onDestroy(() => leaving.unsubscribe());
    });
  }
}
