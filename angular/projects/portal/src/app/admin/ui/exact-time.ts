import { inject } from '@angular/core';
import { Language } from '@vestibule/angular';

/** Returns the function that writes a time with its seconds: `22 Nov 2026, 18:05:07`. It follows the language. */
export function injectExactTime(): (time: string) => string {
  const locale = inject(Language).locale;
  return (time) =>
    new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(
      new Date(time),
    );
}
