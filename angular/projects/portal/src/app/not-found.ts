import { Location } from '@angular/common';
import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { TEXT } from '@vestibule/angular/pages';

/** The page for unknown paths. */
@Component({
  selector: 'app-not-found',
  template: `
    <section class="card">
      <h1 tabindex="-1">{{ text('notFound.title') }}</h1>
      <p>{{ text('notFound.text') }}</p>
      <p>
        @if (session.signedIn()) {
          <a class="button" [href]="urlOf('/')">{{ text('notFound.toAccount') }}</a>
        } @else {
          <a class="button" [href]="urlOf('/login')">{{ text('notFound.toSignIn') }}</a>
        }
      </p>
    </section>
  `,
})
export class NotFound {
  private readonly location = inject(Location);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  protected urlOf(path: string): string {
    return this.location.prepareExternalUrl(path);
  }
}
