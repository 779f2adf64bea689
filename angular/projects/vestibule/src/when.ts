import { Injector, effect, untracked } from '@angular/core';

/**
 * Resolves when the condition is true. The condition must read signals. The caller may itself be an effect, in which
 * Angular creates no other effect (NG0602) unless it is untracked.
 */
export function when(condition: () => boolean, injector: Injector): Promise<void> {
  return untracked(() => {
    if (condition()) return Promise.resolve();
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
  });
}
