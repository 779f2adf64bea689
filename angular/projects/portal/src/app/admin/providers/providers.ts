import { Component, inject } from '@angular/core';
import { Each } from '@vestibule/angular/console';
import { AdminApi } from '../api/admin-api';
import { providersText } from '../text/providers';
import { Latest } from '../ui/latest';
import { ListState } from '../ui/list-state';
import { AdminProvider, Setting } from './provider';
import { ProviderCard } from './provider-card';
import { SettingsTable } from './settings-table';

/** The providers with their tests, and the effective settings of the service. */
@Component({
  selector: 'app-providers',
  imports: [Each, ListState, ProviderCard, SettingsTable],
  templateUrl: './providers.html',
  styleUrls: ['../ui/page.css', './providers.css'],
})
export class Providers {
  private readonly api = inject(AdminApi);
  protected readonly text = providersText.inject();

  protected readonly providers = new Latest<{ readonly items: readonly AdminProvider[] }>();
  protected readonly settings = new Latest<{ readonly items: readonly Setting[] }>();

  constructor() {
    this.load();
  }

  protected load(): void {
    void this.providers.run(() => this.api.get('/providers'));
    this.loadSettings();
  }

  protected loadSettings(): void {
    void this.settings.run(() => this.api.get('/settings'));
  }
}
