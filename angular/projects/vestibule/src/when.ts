import { Injector, effect } from '@angular/core';

/** Resolves when the condition is true. The condition must read signals. */
export function when(condition: () => boolean, injector: Injector): Promise<void> {
  return new Promise((resolve) => {
    const watcher = effect(
      () => {
        if (!condition()) return;
        watcher.destroy();
        resolve();
      },
      { injector },
    );
  });
}
