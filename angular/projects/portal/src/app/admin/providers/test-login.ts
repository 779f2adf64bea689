import { Component, DOCUMENT, DestroyRef, computed, inject, input } from '@angular/core';
import { FailureBox, Format } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { decisionOf } from '../decision/decision';
import { DecisionView } from '../decision/decision-view';
import { providersText } from '../text/providers';
import { CheckList } from './check-list';
import { AdminProvider } from './provider';
import { ReturnedClaims } from './returned-claims';
import { TestLoginRun } from './test-login-run';

/** A login at a provider in a new tab that changes nothing, and what came back from it. */
@Component({
  selector: 'app-test-login',
  imports: [CheckList, DecisionView, FailureBox, ReturnedClaims],
  templateUrl: './test-login.html',
  styleUrl: '../ui/page.css',
  styles: `
    section {
      margin-block-start: 1.5rem;
    }
  `,
})
export class TestLoginPart {
  private readonly api = inject(AdminApi);
  private readonly format = inject(Format);
  private readonly document = inject(DOCUMENT);
  private readonly window = this.document.defaultView;
  protected readonly text = providersText.inject();

  readonly provider = input.required<AdminProvider>();

  protected readonly run = new TestLoginRun({
    openTab: () => this.openTab(),
    start: () => this.api.send('POST', this.route(), {}),
    result: (id) => this.api.get(`${this.route()}/${encodeURIComponent(id)}`),
    now: () => Date.now(),
  });
  protected readonly until = computed(() => {
    const started = this.run.started();
    return started ? this.format.time(new Date(started.expiresAt)) : '';
  });
  protected readonly decision = computed(() => decisionOf(this.run.answer()?.explanation));

  constructor() {
    inject(DestroyRef).onDestroy(() => this.run.stop());
  }

  /** Opens a tab that says what it waits for: this page may have to ask for the second factor first. */
  private openTab(): Window | null {
    const tab = this.window?.open('about:blank', '_blank') ?? null;
    if (tab) {
      const { lang, dir } = this.document.documentElement;
      Object.assign(tab.document.documentElement, { lang, dir });
      tab.document.title = this.text().testLogin;
      tab.document.body.textContent = this.text().opening;
    }
    return tab;
  }

  private route(): string {
    return `/providers/${encodeURIComponent(this.provider().name)}/test-login`;
  }
}
