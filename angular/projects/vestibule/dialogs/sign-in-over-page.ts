import { DOCUMENT, EnvironmentInjector, Injector, effect, untracked } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { EndReason, Session, User, ɵPromptResult } from '@vestibule/angular';
import { ɵloadDialogs } from '@vestibule/angular/pages';
import { openDialog } from './open-dialog';

const RETRY_MS = 2_000;

/**
 * Opens the sign-in dialog and resolves when a user is signed in, in this tab or another one, or when the dialog cannot
 * help. `pageLeft`: a navigation has replaced the page.
 */
export async function signInOverPage(
  injector: EnvironmentInjector,
  account: User,
  reason: EndReason | null,
): Promise<ɵPromptResult | 'pageLeft'> {
  const { SignInDialog } = await ɵloadDialogs(injector);
  const document = injector.get(DOCUMENT);
  const title = document.title;
  const dialog = openDialog(injector, SignInDialog, { account, reason });
  try {
    return await new Promise((resolve) => {
      dialog.instance.cancelled.subscribe(() => resolve('cancelled'));
      const navigation = injector.get(Router).events.subscribe((event) => {
        if (event instanceof NavigationEnd) resolve('pageLeft');
      });
      const watcher = watchSession(injector, dialog.instance.usesWindow, (user) =>
        resolve(user === null ? 'cancelled' : user.id === account.id ? 'sameUser' : 'otherUser'),
      );
      dialog.onDestroy(() => {
        navigation.unsubscribe();
        watcher();
      });
    });
  } finally {
    // The page may have set another title in between.
    if (document.title === dialog.instance.documentTitle()) document.title = title;
    dialog.destroy();
  }
}

/** Calls back with the signed-in user, or with `null` if the sign-in needs a page. Returns a function that stops. */
function watchSession(
  injector: EnvironmentInjector,
  usesWindow: () => boolean,
  found: (user: User | null) => void,
): () => void {
  const session = injector.get(Session);
  const watcher = effect(
    (onCleanup) => {
      const user = session.user();
      if (user) untracked(() => found(user));
      const needsPage = ['awaitingEnrolment', 'awaitingPasswordChange'].includes(session.state());
      // After a sign-in in the window of a provider, the user enrols the second factor there.
      if (needsPage && !usesWindow()) untracked(() => found(null));
      if (!session.userLoadFailed()) return;
      const retry = setTimeout(() => void session.reloadUser(), RETRY_MS);
      onCleanup(() => clearTimeout(retry));
    },
    { injector: injector.get(Injector) },
  );
  return () => watcher.destroy();
}
