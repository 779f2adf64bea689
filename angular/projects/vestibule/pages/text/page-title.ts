import { DOCUMENT, Injectable, effect, inject, signal } from '@angular/core';
import { ResolveFn } from '@angular/router';
import { ServiceSettings } from '@vestibule/angular';
import { TEXT } from './text-loader';
import type { Message } from './texts';

/**
 * Titles of the pages, with the name of the organisation. A title follows a change of the language.
 *
 * @example
 * ```ts
 * const title = inject(PageTitle).of((text) => text('account.title'));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class PageTitle {
  private readonly document = inject(DOCUMENT);
  private readonly settings = inject(ServiceSettings);
  private readonly text = inject(TEXT);

  private readonly shown = signal<{ readonly message: Message; readonly title: string } | null>(
    null,
  );

  constructor() {
    effect(() => {
      const shown = this.shown();
      const title = shown && this.write(shown.message);
      if (!title || title === shown.title) return;
      // The router may have set another title since then: that page is not ours.
      if (this.document.title === shown.title) this.document.title = title;
      this.shown.set({ message: shown.message, title });
    });
  }

  /** Returns the title and remembers it for a change of the language. */
  of(message: Message): string {
    const title = this.write(message);
    this.shown.set({ message, title });
    return title;
  }

  /** Sets the title of a page whose heading changes. Title and heading have the same text. */
  show(message: Message): void {
    this.document.title = this.of(message);
  }

  private write(message: Message): string {
    return `${message(this.text)} · ${this.settings.brandName()}`;
  }
}

/**
 * Returns the title of a route, for example `Sign in · Corp`.
 *
 * @example
 * ```ts
 * { path: 'account', title: pageTitle((text) => text('account.title')), component: Account }
 * ```
 */
export function pageTitle(message: Message): ResolveFn<string> {
  return () => inject(PageTitle).of(message);
}
