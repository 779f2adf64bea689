import { EnvironmentInjector, untracked } from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { Session, ɵProofDemand } from '@vestibule/angular';
import { ɵloadDialogs } from '@vestibule/angular/pages';
import { openDialog } from './open-dialog';

/** Authentication contexts that only a second factor fulfils, for example `mfa` and `urn:example:aal2`. */
const SECOND_FACTOR = /(^|[:/#])(mfa|otp|aal[23]|phrh?)$/i;

/** Opens the re-authentication dialog. Resolves to `true` when the user has given a recent proof. */
export async function stepUp(
  injector: EnvironmentInjector,
  demand: ɵProofDemand,
): Promise<boolean> {
  const session = injector.get(Session);
  const { ReauthenticationDialog, reauthenticationMethodsOf } = await ɵloadDialogs(injector);
  const user = await session.whenUserLoaded();
  // Another password proves nothing to an API that demands a second factor.
  if (demand.acrValues.some((acr) => SECOND_FACTOR.test(acr)) && !user?.mfaEnabled) return false;
  const methods = demand.methods ?? reauthenticationMethodsOf(user, session.methods());
  if (!untracked(session.signedIn)) return false;
  const dialog = openDialog(injector, ReauthenticationDialog, { methods });
  try {
    return await new Promise((resolve) => {
      dialog.instance.closed.subscribe(resolve);
      // The action belongs to the previous page.
      const navigation = injector
        .get(Router)
        .events.subscribe((event) => event instanceof NavigationStart && resolve(false));
      dialog.onDestroy(() => navigation.unsubscribe());
    });
  } finally {
    dialog.destroy();
  }
}
