import { Component, DOCUMENT, DestroyRef, computed, inject, input } from '@angular/core';
import { FailureBox, Format } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { decisionOf } from '../decision/decision';
import { DecisionView } from '../decision/decision-view';
import { providersText } from '../text/providers';
import { CheckList } from './check-list';
import { AdminProvider } from './provider';
import { TestLoginRun } from './test-login-run';

/** A login at a provider in a new tab that changes nothing, and what came back from it. */
@Component({
  selector: 'app-test-login',
  imports: [CheckList, DecisionView, FailureBox],
  templateUrl: './test-login.html',
  styleUrl: '../ui/page.css',
})
export class TestLoginPart {
  private readonly api = inject(AdminApi);
  private readonly format = inject(Format);
  private readonly window = inject(DOCUMENT).defaultView;
  protected readonly text = providersText.inject();

  readonly provider = input.required<AdminProvider>();

  protected readonly run = new TestLoginRun({
    openTab: () => this.window?.open('about:blank', '_blank') ?? null,
    start: () => this.api.send('POST', this.route(), {}),
    result: (id) => this.api.get(`${this.route()}/${encodeURIComponent(id)}`),
    now: () => Date.now(),
  });
  protected readonly until = computed(() => {
    const started = this.run.started();
    return started ? this.format.time(new Date(started.expiresAt)) : '';
  });
  protected readonly decision = computed(() => decisionOf(this.run.answer()));

  constructor() {
    inject(DestroyRef).onDestroy(() => this.run.stop());
  }

  private route(): string {
    return `/providers/${encodeURIComponent(this.provider().name)}/test-login`;
  }
}
