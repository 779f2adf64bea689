import { Component, inject } from '@angular/core';
import { ListUrl } from '../api/list-url';
import { providersText } from '../text/providers';

/** The end of a test login, in its own tab. The result is on the page that started the test. */
@Component({
  selector: 'app-test-complete',
  template: `
    <h1 tabindex="-1">{{ text().testComplete }}</h1>
    <p>{{ text().backToStart }}</p>
    <p>
      <a class="line-link" [href]="providersUrl">{{ text().toProviders }}</a>
    </p>
  `,
  styleUrl: '../ui/page.css',
})
export class TestComplete {
  protected readonly text = providersText.inject();
  protected readonly providersUrl = inject(ListUrl).href('/providers');
}
