import { Component, DOCUMENT, computed, effect, inject, signal, untracked } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Each } from '@vestibule/angular/console';
import { CONSOLE, ListUrl } from '../api/list-url';
import { Permissions } from '../api/permissions';
import { SECTIONS, shellText } from '../text/shell';

/** The frame of the console: the navigation, and the page. On a phone, a button opens the navigation. */
@Component({
  selector: 'app-admin-shell',
  imports: [Each, RouterOutlet],
  templateUrl: './admin-shell.html',
  styleUrl: './admin-shell.css',
})
export class AdminShell {
  private readonly document = inject(DOCUMENT);
  private readonly permissions = inject(Permissions);
  private readonly url = inject(ListUrl);
  protected readonly text = shellText.inject();

  protected readonly isOpen = signal(false);
  private readonly section = computed(() => this.url.path().slice(CONSOLE.length).split('/')[1]);
  protected readonly links = computed(() =>
    SECTIONS.map((name) => ({
      href: this.url.href(`/${name}`),
      label: this.text().sections[name],
      current: name === this.section(),
    })),
  );
  protected readonly current = computed(
    () => this.links().find(({ current }) => current)?.label ?? '',
  );
  /** `full` contains the others. */
  protected readonly allowed = computed(() => {
    const all = this.permissions.all();
    const { permissions } = this.text();
    return (all.includes('full') ? (['full'] as const) : all).map((name) => permissions[name]);
  });

  constructor() {
    effect(() => {
      this.url.path();
      untracked(() => this.isOpen.set(false));
    });
  }

  protected skip(event: Event): void {
    // The browser would resolve the fragment against the base href and leave the page.
    event.preventDefault();
    this.document.getElementById('admin-page')?.focus();
  }
}
