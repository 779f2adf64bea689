import {
  ApplicationRef,
  ComponentRef,
  DOCUMENT,
  EnvironmentInjector,
  Injectable,
  createComponent,
  inject,
} from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { problemOf } from '@vestibule/angular';
import {
  RETURN_PARAMS,
  returnParamsOf,
  urlWithParams,
  urlWithoutReturnParams,
} from '../../ui/return-params';
import { TEXT } from '../../text/text-loader';
import type { ReauthenticationDialog } from './reauthentication-dialog';

/**
 * Runs actions for which the server requires a recent proof. If the server answers `reauthentication_required`, a dialog
 * asks the user to sign in again and the action runs once more. Re-authentication at a provider leaves the page; the
 * provider returns to it with a query parameter.
 */
@Injectable({ providedIn: 'root' })
export class Reauthenticator {
  private readonly application = inject(ApplicationRef);
  private readonly document = inject(DOCUMENT);
  private readonly environmentInjector = inject(EnvironmentInjector);
  private readonly router = inject(Router);
  private readonly text = inject(TEXT);

  /**
   * Runs the action, with re-authentication in between if the server requires it. Resolves to `false` if the user
   * cancelled. `params` are added to the URL that a provider returns to.
   */
  async run(
    action: () => Promise<void>,
    params: Readonly<Record<string, string>> = {},
  ): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.code !== 'reauthentication_required') throw error;
      if (!(await this.openDialog(problem.methods ?? [], params))) return false;
    }
    await action();
    return true;
  }

  /** Shows the status message after the return from a provider and removes the parameter from the URL. */
  announceReturn(): void {
    if (!returnParamsOf(this.router).has(RETURN_PARAMS.reauthenticated)) return;
    const url = urlWithoutReturnParams(this.router);
    // The user repeats the action with one click.
    const state = { statusMessage: this.text('reauthenticate.done') };
    void this.router.navigateByUrl(url, { replaceUrl: true, state });
  }

  private async openDialog(
    methods: readonly string[],
    params: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { ReauthenticationDialog } = await import('./reauthentication-dialog');
    const dialog = createComponent(ReauthenticationDialog, {
      environmentInjector: this.environmentInjector,
    });
    dialog.setInput('methods', methods);
    dialog.setInput(
      'returnTo',
      urlWithParams(this.router, { ...params, [RETURN_PARAMS.reauthenticated]: '1' }),
    );
    const host = dialog.location.nativeElement as HTMLElement;
    this.document.body.append(host);
    this.application.attachView(dialog.hostView);
    try {
      return await this.resultOf(dialog);
    } finally {
      dialog.destroy();
      host.remove();
    }
  }

  /** Resolves when the dialog closes. A navigation closes it, because the action belongs to the previous page. */
  private resultOf(dialog: ComponentRef<ReauthenticationDialog>): Promise<boolean> {
    return new Promise((resolve) => {
      dialog.instance.closed.subscribe(resolve);
      const navigation = this.router.events.subscribe(
        (event) => event instanceof NavigationStart && dialog.instance.close(false),
      );
      dialog.onDestroy(() => navigation.unsubscribe());
    });
  }
}
