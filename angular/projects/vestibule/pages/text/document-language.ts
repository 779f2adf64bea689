import {
  DOCUMENT,
  EnvironmentProviders,
  effect,
  inject,
  provideEnvironmentInitializer,
} from '@angular/core';
import { Language } from '@vestibule/angular';

/**
 * Sets `lang` and `dir` of the document to the language of the pages. Use it if the whole application follows that
 * language. The pages themselves set both on their own elements.
 *
 * @example
 * ```ts
 * export const appConfig: ApplicationConfig = { providers: [provideDocumentLanguage()] };
 * ```
 */
export function provideDocumentLanguage(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    const language = inject(Language);
    const { documentElement } = inject(DOCUMENT);
    effect(() => {
      documentElement.lang = language.current();
      documentElement.dir = language.direction();
    });
  });
}
