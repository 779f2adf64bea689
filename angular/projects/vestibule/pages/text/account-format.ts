import { Injectable, inject } from '@angular/core';
import { Language } from '@vestibule/angular';

/** Formats of the account page. They are apart from `Format`, which is in the first view of the sign-in page. */
@Injectable({ providedIn: 'root' })
export class AccountFormat {
  private readonly locale = inject(Language).locale;

  /** Returns `Monday, 30 November 2026`. */
  date(time: string): string {
    return new Intl.DateTimeFormat(this.locale(), { dateStyle: 'full' }).format(new Date(time));
  }
}
