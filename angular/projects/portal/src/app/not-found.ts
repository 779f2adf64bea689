import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';

@Component({
  selector: 'app-not-found',
  template: `
    <section class="card">
      <h1 tabindex="-1">Page not found</h1>
      <p>There is no page at this address. It may have moved, or the link may contain a typo.</p>
      <p>
        @if (session.signedIn()) {
          <a class="button" href="/">Go to your account</a>
        } @else {
          <a class="button" href="/login">Go to sign-in</a>
        }
      </p>
    </section>
  `,
})
export class NotFound {
  protected readonly session = inject(Session);
}
