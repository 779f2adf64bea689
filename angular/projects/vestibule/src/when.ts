import { Injector, effect } from '@angular/core';

/** Resolves when the condition, which reads signals, holds. */
export function when(condition: () => boolean, injector: Injector): Promise<void> {
  return new Promise((resolve) => {
    const watch = effect(
      () => {
        if (!condition()) return;
        watch.destroy();
        resolve();
      },
      { injector },
    );
  });
}
