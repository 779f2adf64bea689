import { Component, DOCUMENT, afterNextRender, inject } from '@angular/core';
import { TEXT } from '../../text/text-loader';
import { VestibuleRoot } from '../../ui/vestibule-root';

/** The page at the end of a sign-in in a window of its own. The window closes, if the browser allows that. */
@Component({
  selector: 'vestibule-signed-in',
  hostDirectives: [VestibuleRoot],
  template: `
    <section class="card">
      <h1 tabindex="-1">{{ text('signedIn.title') }}</h1>
      <p>{{ text('signedIn.text') }}</p>
    </section>
  `,
})
export class SignedIn {
  protected readonly text = inject(TEXT);

  constructor() {
    const window = inject(DOCUMENT).defaultView;
    afterNextRender(() => window?.close());
  }
}
