import { EnvironmentInjector } from '@angular/core';
import { TextLoader } from '../text/text-loader';
import type * as dialogs from './dialogs';

/** Loads the dialogs and their texts. Rejects if they cannot be loaded. */
export async function loadDialogs(injector: EnvironmentInjector): Promise<typeof dialogs> {
  const [loaded] = await Promise.all([import('./dialogs'), injector.get(TextLoader).ready()]);
  return loaded;
}
