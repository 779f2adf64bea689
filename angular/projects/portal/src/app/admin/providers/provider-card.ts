import { Component, computed, inject, input, signal } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { Attempt, FailureBox } from '@vestibule/angular/pages';
import { AdminApi } from '../api/admin-api';
import { ListUrl } from '../api/list-url';
import { Permissions } from '../api/permissions';
import { providersText } from '../text/providers';
import { CheckList } from './check-list';
import { AdminProvider, Check } from './provider';
import { SettingsTable } from './settings-table';
import { TestLoginPart } from './test-login';

/** One provider: its state, its settings, and the tests. */
@Component({
  selector: 'app-provider-card',
  imports: [CheckList, Each, FailureBox, SettingsTable, TestLoginPart],
  templateUrl: './provider-card.html',
  styleUrls: ['../ui/page.css', './provider-card.css'],
})
export class ProviderCard {
  private readonly api = inject(AdminApi);
  private readonly url = inject(ListUrl);
  protected readonly permissions = inject(Permissions);
  protected readonly text = providersText.inject();

  readonly provider = input.required<AdminProvider>();

  protected readonly testing = new Attempt();
  protected readonly checks = signal<readonly Check[] | null>(null);
  protected readonly rows = computed(() => {
    const { name, kind, issuer, redirectUri } = this.provider();
    const text = this.text();
    return [
      { label: text.name, value: name },
      { label: text.kind, value: kind },
      { label: text.issuer, value: issuer },
      { label: text.redirectUri, value: redirectUri },
    ];
  });
  protected readonly explainUrl = computed(() =>
    this.url.href('/explain', { provider: this.provider().name }),
  );

  protected async test(): Promise<void> {
    this.checks.set(null);
    await this.testing.run(async () => {
      const route = `/providers/${encodeURIComponent(this.provider().name)}/test`;
      const { checks } = await this.api.send<{ checks: readonly Check[] }>('POST', route, {});
      this.checks.set(checks);
    });
  }
}
