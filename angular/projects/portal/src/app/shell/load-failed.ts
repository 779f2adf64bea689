import { Component, inject } from '@angular/core';
import { TEXT } from '@vestibule/angular/pages';
import { LoadFailure } from './load-failure';

/** The message in place of a page whose code could not be loaded. */
@Component({
  selector: 'app-load-failed',
  template: `
    <section class="card" role="alert">
      <h1 tabindex="-1">{{ text('loadFailed.title') || 'The page could not be loaded' }}</h1>
      <p>
        {{ text(failure.unreachable() ? 'loadFailed.again' : 'loadFailed.text') }}
      </p>
      <button type="button" class="button" (click)="failure.retry()">
        {{ text('common.tryAgain') || 'Try again' }}
      </button>
    </section>
  `,
})
export class LoadFailed {
  protected readonly failure = inject(LoadFailure);
  protected readonly text = inject(TEXT);
}
