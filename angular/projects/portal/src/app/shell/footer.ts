import { Component, inject } from '@angular/core';
import { Session } from '@vestibule/angular';
import { Preferences, TEXT } from '@vestibule/angular/pages';
import { Brand } from './brand';

/** The end of each page: preferences and the support link. A signed-in user finds the preferences on the account page. */
@Component({
  selector: 'app-footer',
  imports: [Preferences],
  template: `
    @if (!session.signedIn()) {
      <vestibule-preferences />
    }
    @if (brand.supportUrl(); as url) {
      <a [href]="url">{{ text('portal.support') }}</a>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem 1.5rem;
      align-items: center;
      justify-content: space-between;
      inline-size: 100%;
      max-inline-size: var(--page-width);
      margin-inline: auto;
      padding: 1rem var(--page-padding) 1.5rem;
      color: var(--text-muted);
      font-size: 0.9375rem;
    }
  `,
})
export class Footer {
  protected readonly brand = inject(Brand);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);
}
