import { DOCUMENT, Injectable, inject } from '@angular/core';

/** Leaves the app for a URL from the server: the authorization endpoint of a provider. */
@Injectable({ providedIn: 'root' })
export class ExternalNavigation {
  private readonly document = inject(DOCUMENT);

  go(url: string): void {
    // A `javascript:` URL would run in this origin.
    if (!/^https?:\/\//.test(url)) throw new Error(`not an http(s) URL: ${url}`);
    this.document.location.assign(url);
  }
}
