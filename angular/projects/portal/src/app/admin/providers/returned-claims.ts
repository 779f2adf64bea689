import { Component, computed, input } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { rowsOf } from '../decision/decision';
import { providersText } from '../text/providers';
import { Claims } from './provider';

/** What came back from the provider: the header and the claims of the ID token, and userinfo. Values are in JSON notation. */
@Component({
  selector: 'app-returned-claims',
  imports: [Each],
  template: `
    <h3>{{ text().cameBack }}</h3>
    <p class="muted">{{ text().hidden }}</p>
    <details open *appEach="let part of parts()">
      <summary>{{ part.name }}</summary>
      @if (part.rows.length > 0) {
        <dl dir="ltr">
          <div *appEach="let row of part.rows">
            <dt>
              <code>{{ row.name }}</code>
            </dt>
            <dd>
              <code>{{ row.value }}</code>
            </dd>
          </div>
        </dl>
      } @else {
        <p>{{ text().noUserinfo }}</p>
      }
    </details>
  `,
  styleUrls: ['../ui/page.css', '../decision/decision-view.css'],
  styles: `
    h3 {
      font-size: 1.17rem;
    }

    details {
      margin-block-end: 0.75rem;
    }

    summary {
      min-block-size: 1.75rem;
      padding-block: 0.125rem;
      cursor: pointer;
    }
  `,
})
export class ReturnedClaims {
  protected readonly text = providersText.inject();

  readonly idToken = input.required<{ readonly header: Claims; readonly claims: Claims }>();
  readonly userinfo = input.required<Claims | null>();

  protected readonly parts = computed(() => {
    const { header, claims } = this.idToken();
    const text = this.text();
    return [
      { name: text.tokenHeader, rows: rowsOf(header) },
      { name: text.tokenClaims, rows: rowsOf(claims) },
      { name: text.userinfoClaims, rows: rowsOf(this.userinfo()) },
    ];
  });
}
