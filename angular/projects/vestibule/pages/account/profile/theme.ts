import { DOCUMENT, Injectable, inject, signal } from '@angular/core';

/**
 * A colour scheme that the user can choose.
 *
 * @example
 * ```ts
 * const dark: ThemeName = 'dark';
 * ```
 */
export type ThemeName = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'vestibule.theme';

/**
 * The colour scheme that the user chose on this device. It sets the attribute `data-theme` of the document, for the style
 * sheet of the application. Provide it to offer the choice on the account page.
 *
 * @example
 * ```ts
 * export const appConfig: ApplicationConfig = { providers: [Theme] };
 * // :root[data-theme='dark'] { color-scheme: dark; }
 * ```
 */
@Injectable()
export class Theme {
  private readonly document = inject(DOCUMENT);

  private readonly chosen = signal(this.read());

  readonly current = this.chosen.asReadonly();

  constructor() {
    this.show(this.chosen());
  }

  /** Shows the colour scheme and stores it on this device. */
  choose(theme: ThemeName): void {
    this.chosen.set(theme);
    this.show(theme);
    try {
      this.document.defaultView?.localStorage.setItem(STORAGE_KEY, theme);
    } catch {
      // The browser allows no storage. The choice then lasts as long as the page.
    }
  }

  private show(theme: ThemeName): void {
    const { documentElement } = this.document;
    if (theme === 'system') documentElement.removeAttribute('data-theme');
    else documentElement.setAttribute('data-theme', theme);
  }

  private read(): ThemeName {
    try {
      const stored = this.document.defaultView?.localStorage.getItem(STORAGE_KEY);
      return stored === 'light' || stored === 'dark' ? stored : 'system';
    } catch {
      return 'system';
    }
  }
}
